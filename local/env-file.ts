import * as fs from "node:fs/promises";
import * as path from "node:path";
import { ROOT } from "../kit/project";
import { quoted } from "../kit/quoted";

/** What `npm run dev` keeps in the checkout; git ignores it. */
export const DEV_FOLDER = path.join(ROOT, ".dev");

/**
 * Writes a file to source in another terminal. The variables are in the session's folder, which goes with the session;
 * the checkout has a link to them, in a place that is always the same.
 *
 * @param folder the session's own
 * @returns the place, relative to the checkout
 */
export async function writeEnvironment(
  folder: string,
  stack: string,
  pulumi: string,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  if (path.isAbsolute(pulumi)) lines.push(`export PATH=${quoted(path.dirname(pulumi))}:"$PATH"\n`);
  const file = path.join(folder, "env");
  await fs.writeFile(file, lines.join(""), { mode: 0o600 });
  const link = path.join(DEV_FOLDER, `${stack}.env`);
  await fs.mkdir(DEV_FOLDER, { recursive: true });
  await fs.rm(link, { force: true });
  await fs.symlink(file, link);
  return path.relative(ROOT, link);
}

/** Removes the link, unless it is another session's by now. */
export async function removeEnvironment(folder: string, stack: string): Promise<void> {
  const link = path.join(DEV_FOLDER, `${stack}.env`);
  const target = await fs.readlink(link).catch(() => undefined);
  if (target === path.join(folder, "env")) await fs.rm(link, { force: true });
}
