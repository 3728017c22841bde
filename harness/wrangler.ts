import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LocalCloudflare } from "../local/api";

/** The project's own. */
const PROGRAM = wranglerIn(resolve(__dirname, "../node_modules/wrangler"));

/** A Wrangler as its `wrangler` command starts it, without the process that only waits for it. */
export function wranglerIn(folder: string, node = process.execPath): WranglerProgram {
  const program = join(folder, "wrangler-dist/cli.js");
  return { command: [node, "--no-warnings", "--experimental-vm-modules", program] };
}

/** One version of Wrangler. */
export interface WranglerProgram {
  readonly command: readonly [string, ...string[]];
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
      NODE_OPTIONS: process.env["NODE_OPTIONS"],
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
