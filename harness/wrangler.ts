import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LocalCloudflare } from "../local/api";

const WRANGLER = resolve(__dirname, "../node_modules/.bin/wrangler");

/** Runs the real Wrangler against the local API, in a new home folder. `output` is everything that it printed. */
export async function wrangler(
  cloudflare: LocalCloudflare,
  accountId: string,
  args: string[],
  options: { cwd?: string; stdin?: string } = {},
): Promise<{ code: number; output: string }> {
  const home = await mkdtemp(join(tmpdir(), "wrangler-"));
  try {
    const child = spawn(WRANGLER, args, {
      cwd: options.cwd ?? home,
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
      },
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stdin.end(options.stdin ?? "");
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
