import * as path from "node:path";

/** Whether this code is compiled, as the package has it, or runs from its sources. */
export const IS_PACKAGE = path.extname(__filename) === ".js";

/**
 * How a user calls a command: `npm run rotate -- api-key` in a checkout, and `npx cloudflare-worker-secrets rotate api-key`
 * where this is a package.
 *
 * @param name the command, such as `rotate`
 * @param words its arguments, quoted where the shell needs it. Default: none
 * @param npm options of npm, such as `--silent`, without which `npm run` prints lines of its own. Default: none
 */
export function commandLine(name: string, words: readonly string[] = [], ...npm: readonly string[]): string {
  if (IS_PACKAGE) return ["npx cloudflare-worker-secrets", name, ...words].join(" ");
  const run = name === "start" ? ["npm start"] : ["npm run", ...npm, name];
  // npm interprets options before the `--` as its own.
  return [...run, ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
}
