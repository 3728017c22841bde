import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { LocalCloudflare } from "../local/api";
import { wrangler } from "../harness/wrangler";
import { ACCOUNT_ID, CONTENT } from "./worker-program";

/** Runs Wrangler with these arguments and this standard input. */
export type Wrangler = (args: string, stdin?: string) => Promise<void>;

/**
 * A Wrangler project with the same Worker that the stacks deploy.
 *
 * @param more settings of `wrangler.json`; `main` if the Worker is another one
 */
export async function wranglerProject(
  cloudflare: LocalCloudflare,
  parent: string,
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Wrangler> {
  const cwd = path.join(parent, name);
  await fs.mkdir(cwd);
  const config = { name, main: "index.js", compatibility_date: "2026-01-01", ...more };
  await fs.writeFile(path.join(cwd, "wrangler.json"), JSON.stringify(config));
  await fs.writeFile(path.join(cwd, "index.js"), CONTENT);
  return wranglerIn(cloudflare, cwd);
}

/** Runs Wrangler in the folder of a project. */
export function wranglerIn(cloudflare: LocalCloudflare, cwd: string): Wrangler {
  return async (args, stdin = "") => {
    const { code, output } = await wrangler(cloudflare, ACCOUNT_ID, args.split(" "), { cwd, stdin });
    if (code !== 0) throw new Error(`wrangler ${args} ended with ${code}: ${output}`);
  };
}
