import * as path from "node:path";
import { defineCommand, UsageError } from "../kit/command/command";
import { explain } from "../kit/explain";
import { programFiles } from "../kit/stack-program";
import { main } from "./main";
import { CONFIG_FILES, ROOT, withSession, type Session, type SessionOptions } from "./session";
import type { WorkerEvent } from "./api";
import { watchFiles } from "./watch";

const DEV = defineCommand({
  call: "npm run dev",
  summary: `
Deploys the dev stack to a Cloudflare on this machine and keeps running. When the stack's config changes, or a file
that index.ts imports or reads, it shows a preview and deploys again. Each request that a Worker answers is a line, and so
is what it prints and throws, with secrets masked. Ctrl-C destroys the stack and cleans up.`,
  positionals: {},
  options: {
    port: {
      value: "PORT",
      help: "the first Worker's port; other Workers get the next free ones",
      default: "8787",
      parse: (text: string) => {
        const port = Number(text);
        if (/^\d+$/.test(text) && port <= 65_535) return port;
        throw new UsageError("expected a number up to 65535; 0 takes any free port");
      },
    },
    persist: {
      value: "FOLDER",
      help: "keep the data of KV, D1, R2, Durable Objects and workflows in FOLDER for the next session",
      // npm starts scripts in the project's folder, and says where it was called.
      parse: (folder: string) => path.resolve(process.env.INIT_CWD ?? "", folder),
    },
  },
  notes: "",
});

const OTHER_COMMANDS = `  pulumi config set --secret secrets-demo
  npm run rotate -- secrets-demo --generate --no-deploy
  npm run audit
`;

void main(DEV, (options, { persist: dataFolder, port: workerPort }) => {
  const workers = new Set<string>();
  const onWorkerEvent = ({ worker, kind, text }: WorkerEvent) => {
    workers.add(worker);
    const prefix = workers.size > 1 ? `[${worker}] ` : "";
    options.log(prefix + (kind === "error" || kind === "warn" ? `${kind}: ${text}` : text));
  };
  const all = { ...options, dataFolder, workerPort, onWorkerEvent };
  return withSession(all, (session) => stay(session, all));
});

async function stay(session: Session, options: SessionOptions): Promise<void> {
  const { log, signal } = options;
  try {
    const changes = await watchFiles(ROOT, signal, options.dataFolder);
    let deployed = await attempt(session.deploy, options);
    log(`\nIn another terminal:\n  . ${session.environmentFile}\n${OTHER_COMMANDS}`);
    const ends = options.dataFolder === undefined ? "destroys the stack and exits" : "exits";
    log(`Waiting for changes. Ctrl-C ${ends}.`);
    for await (const changed of changes) {
      // After a failed run any changed file may be the fix, such as a module that was missing.
      const names = deployed ? changed.filter(isPartOfTheStack) : changed;
      if (names.length === 0) continue;
      log(`\nChanged: ${names.join(", ")}`);
      deployed = await attempt(
        async () => ((await session.preview()) ? session.deploy() : undefined),
        options,
      );
    }
  } catch (error) {
    // Ctrl-C is the normal way to end this command, not a failure.
    if (!signal.aborted) {
      throw error;
    }
  } finally {
    if (options.dataFolder === undefined) {
      log("\nInterrupted: destroying the stack. Ctrl-C again stops at once.");
      await session.destroy();
    } else {
      // Destroying the resources would delete their data.
      log(`\nInterrupted. The data stays in ${options.dataFolder}.`);
    }
  }
}

function isPartOfTheStack(name: string): boolean {
  return programFiles().has(name) || CONFIG_FILES.includes(name);
}

/** Deploys. If that fails, prints the error and returns false; the live Worker keeps serving. */
async function attempt(deploy: () => Promise<string | undefined>, options: SessionOptions): Promise<boolean> {
  try {
    const url = await deploy();
    options.log(url === undefined ? "Nothing to deploy." : `\nThe Worker answers on ${url}`);
    return true;
  } catch (error) {
    if (options.signal.aborted) {
      throw error;
    }
    options.log(`\nNot deployed. ${explain(error)}`);
    return false;
  }
}
