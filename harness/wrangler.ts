import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LocalCloudflare } from "../local/api";

/** The project's own. */
const PROGRAM: WranglerProgram = { command: [resolve(__dirname, "../node_modules/.bin/wrangler")] };

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

/** Runs the real Wrangler against the local API, in a new home folder. `output` is everything that it printed. */
export async function wrangler(
  cloudflare: LocalCloudflare,
  accountId: string,
  args: readonly string[],
  { cwd, stdin, program = PROGRAM, onOutput }: WranglerOptions = {},
): Promise<{ code: number; output: string }> {
  const home = await mkdtemp(join(tmpdir(), "wrangler-"));
  try {
    const [command, ...first] = program.command;
    const child = spawn(command, [...first, ...args], {
      cwd: cwd ?? home,
      env: {
        PATH: process.env["PATH"],
        HOME: home,
        XDG_CONFIG_HOME: home,
        CLOUDFLARE_API_BASE_URL: cloudflare.baseUrl,
        CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
        CLOUDFLARE_ACCOUNT_ID: accountId,
        CI: "true",
        NO_COLOR: "1",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_SEND_ERROR_REPORTS: "false",
        // Wrangler looks there for a newer version: at a port that is closed.
        npm_registry: "http://127.0.0.1:9/",
        ...program.env,
      },
    });
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
