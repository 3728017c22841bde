import * as fs from "node:fs/promises";
import * as path from "node:path";
import { shortName } from "../../kit/project";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { isSameState, parseFullState } from "./state";

/** The name of the backup of a stack's state. Its values are encrypted as they are in the state. */
export function backupFile({ project }: PulumiCli, stack: string): string {
  return `${project}-${shortName(stack, project)}.v5-state.json`;
}

/**
 * Writes a backup, readable by the user only. It is complete on the disk before it has its name, and overwrites nothing.
 *
 * @param exported what `pulumi stack export` has printed
 * @throws Error if there is a backup of another state
 */
export async function writeBackup(folder: string, name: string, exported: string): Promise<void> {
  const file = path.join(folder, name);
  const draft = path.join(folder, `.${name}.${process.pid}`);
  try {
    const handle = await fs.open(draft, "wx", 0o600);
    try {
      await handle.writeFile(exported);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.link(draft, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") {
      throw new Error(`${name} cannot be written (${code ?? "unknown"}). Nothing was changed.`, {
        cause: error,
      });
    }
    await refuseOther(file, name, exported);
  } finally {
    await fs.rm(draft, { force: true });
  }
}

/** A run that was interrupted has left a backup of the same state. */
async function refuseOther(file: string, name: string, exported: string): Promise<void> {
  const [found, wanted] = [await fs.readFile(file, "utf8"), exported].map(parseFullState);
  if (found !== undefined && wanted !== undefined && isSameState(found, wanted)) return;
  throw new Error(
    `${name} is there already, with another state. It may be the only way back from an earlier move, so it is not ` +
      "overwritten: move it away, and run this again. Nothing was changed.",
  );
}
