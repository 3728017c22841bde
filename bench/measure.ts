import { spawn } from "node:child_process";
import { setMaxListeners } from "node:events";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { measureAudit } from "./audit";
import { measureBundle } from "./bundle";
import { measureDeploy } from "./deploy";
import { measureDev } from "./dev";
import { measureLoad } from "./load";
import { measureManyWorkers } from "./many-workers";
import { measurePolicy } from "./policy/policy";
import { measureRequests } from "./requests";
import type { Bench } from "./rounds";
import { measureSecrets } from "./secrets";
import type { Section } from "./sections";
import { measureSources } from "./sources";
import { printTable } from "./table";

const GROUPS: Readonly<Record<string, (bench: Bench) => Promise<Section[]>>> = {
  load: measureLoad,
  secrets: measureSecrets,
  requests: measureRequests,
  sources: measureSources,
  deploy: measureDeploy,
  bundle: measureBundle,
  dev: measureDev,
  audit: measureAudit,
  many: measureManyWorkers,
  policy: measurePolicy,
};

const HELP = `npm run bench [-- [--json] [GROUP...]]

Measures, side by side, and prints medians and ratios. Takes about twenty minutes; nothing is left behind.

  load      loading the program, against plain JavaScript and against Pulumi's default type check
  secrets   preview and up with 1, 16 and 128 secrets
  requests  what changing 1 of 100 secrets sends, against Wrangler
  sources   200 secrets from secrets managers, against the slowest of them and a deploy from config
  deploy    time and memory of a deploy with 10 secrets, against Wrangler
  bundle    time of a deploy of 1 MB with ten bindings, first and again, against Wrangler
  dev       npm run dev from start and save to answer, its memory, and a deploy, with 1 and 5 Workers, against Wrangler
  audit     npm run audit with 10, 100 and 1,000 Workers, against reading their states by hand
  many      20 Workers in one stack, against four stacks of 5
  policy    which variables the policy plain-text-secret takes for secrets, of 533 that look real

  --json    the numbers of every run, as JSON on stdout

A goal that is missed is marked and is no failure: the exit code is 0. It is 1 when something could not be measured.
NO_COLOR=1 turns colours off; CLOUDFLARE_PROVIDER=official|local chooses the provider, as for npm start.
`;

const stop = new AbortController();
const interrupted = () => stop.signal.aborted;
// The Automation API adds a listener at each operation, and never removes it.
setMaxListeners(0, stop.signal);
for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"]) {
  process.on(event, () => {
    stop.abort();
  });
}

async function main(args: readonly string[]): Promise<void> {
  const names = args.filter((arg) => !arg.startsWith("-"));
  const unknown = args.filter((arg) => !(arg in GROUPS) && !["--json", "--help", "-h"].includes(arg));
  if (unknown.length > 0) {
    process.stderr.write(`Unknown argument: ${unknown.join(" ")}\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return;
  }

  const sections: Section[] = [];
  for (const [name, measure] of Object.entries(GROUPS)) {
    if ((names.length > 0 && !names.includes(name)) || interrupted()) continue;
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), `${name}-`));
    try {
      sections.push(...(await measure({ folder, signal: stop.signal, progress: progressOf(name) })));
    } catch (error) {
      if (interrupted()) break;
      // The numbers of the other groups are still valid.
      process.exitCode = 1;
      const reason = error instanceof Error ? error.message : String(error);
      progressOf(name)(`could not be measured: ${reason}\n`);
    }
  }
  if (interrupted()) {
    process.exitCode = 130;
    process.stderr.write("\nInterrupted.\n");
    return;
  }
  endProgress();
  if (args.includes("--json")) {
    const machine = { node: process.version, platform: process.platform, cpus: os.availableParallelism() };
    process.stdout.write(`${JSON.stringify({ machine, sections }, undefined, 2)}\n`);
  } else {
    printTable(sections, process.stdout.isTTY && !process.env.NO_COLOR);
  }
}

const CLEAN_UP = `
const [, group, folder] = process.argv;
try {
  process.kill(-group, "SIGKILL");
} finally {
  require("node:fs").rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
`;

const LIVE = process.stderr.isTTY;

/** On a terminal, one line that is rewritten; elsewhere, a line for each message. */
function progressOf(group: string): (text: string) => void {
  return (text) => {
    process.stderr.write(LIVE ? `\r\x1b[K${group}: ${text}` : `${group}: ${text}\n`);
  };
}

function endProgress(): void {
  if (LIVE) process.stderr.write("\r\x1b[K");
}

void main(process.argv.slice(2)).finally(() => {
  if (!process.connected && process.env.BENCH_FOLDER !== undefined) {
    // run.ts was killed, so this process cleans up. It does so from outside the group, because processes that still run
    // in the group would write into the folder while it is being removed.
    const args = ["-e", CLEAN_UP, String(process.pid), process.env.BENCH_FOLDER];
    spawn(process.execPath, args, { detached: true, stdio: "ignore" });
  }
  // An interrupted run may still be waiting for something; run.ts ends its processes.
  process.exit();
});
