import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LocalCloudflare } from "../local/api";

/** The project's own, as its `wrangler` command starts it, without the process that only waits for it. */
const PROGRAM: WranglerProgram = {
  command: [
    process.execPath,
    "--no-warnings",
    "--experimental-vm-modules",
    resolve(__dirname, "../node_modules/wrangler/wrangler-dist/cli.js"),
  ],
};

/** One version of Wrangler. */
export interface WranglerProgram {
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

export interface WranglerOptions {
  /** Default: a new folder. */
  readonly cwd?: string;
  readonly stdin?: string;
  /** Default: the version that this project depends on. */
  readonly program?: WranglerProgram;
  /** Called with each piece of output. `interrupt` ends the command as Ctrl-C does. */
  readonly onOutput?: (output: string, interrupt: () => void) => void;
}

/** The command line and the environment that run the real Wrangler against the local API, with this home folder. */
export function wranglerCommand(
  { baseUrl, apiToken }: LocalCloudflare,
  accountId: string,
  home: string,
  program = PROGRAM,
): { command: readonly [string, ...string[]]; env: Record<string, string | undefined> } {
  return {
    command: program.command,
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      XDG_CONFIG_HOME: home,
      CLOUDFLARE_API_BASE_URL: baseUrl,
      CLOUDFLARE_API_TOKEN: apiToken,
      CLOUDFLARE_ACCOUNT_ID: accountId,
      CI: "true",
      NO_COLOR: "1",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_SEND_ERROR_REPORTS: "false",
      // Wrangler looks there for a newer version: at a port that is closed.
      npm_registry: "http://127.0.0.1:9/",
      ...program.env,
    },
  };
}

/** Runs the real Wrangler against the local API, in a new home folder. `output` is everything that it printed. */
export async function wrangler(
  cloudflare: LocalCloudflare,
  accountId: string,
  args: readonly string[],
  { cwd, stdin, program = PROGRAM, onOutput }: WranglerOptions = {},
): Promise<{ code: number; output: string }> {
  const home = await mkdtemp(join(tmpdir(), "wrangler-"));
  try {
    const { command, env } = wranglerCommand(cloudflare, accountId, home, program);
    const [executable, ...first] = command;
    const child = spawn(executable, [...first, ...args], { cwd: cwd ?? home, env });
    let output = "";
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      onOutput?.(output, () => child.kill("SIGINT"));
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.stdin.end(stdin ?? "");
    const code = await new Promise<number>((done, failed) => {
      child.once("error", failed);
      child.once("close", (status) => {
        done(status ?? 1);
      });
    });
    return { code, output };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
