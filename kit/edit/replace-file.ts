import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { EditLock } from "./edit-lock";

/**
 * Edits a copy of the file, then replaces the file with it unless the file has changed meanwhile. The file keeps its
 * owner, mode and line endings. Even after a crash it has all of the old content or all of the new content.
 *
 * @param lock of the file; the copy is in its folder
 * @param edit receives the path and the content of the copy
 */
export async function replaceFile(
  lock: EditLock,
  file: string,
  edit: (copy: string, before: Buffer) => Promise<void>,
): Promise<{ before: Buffer; after: Buffer }> {
  const copy = path.join(lock.folder, path.basename(file));
  const before = await fs.readFile(file);
  await fs.writeFile(copy, before, { mode: 0o600 });
  try {
    await edit(copy, before);
    const after = withLineEndsOf(before, await fs.readFile(copy));
    await finish(copy, after, file);
    if (!(await fs.readFile(file)).equals(before)) throw changedMeanwhile(file);
    await lock.check();
    await fs.rename(copy, file);
    await syncFolder(path.dirname(file));
    return { before, after };
  } finally {
    await fs.rm(copy, { force: true });
  }
}

export function changedMeanwhile(file: string): Error {
  return new Error(`${path.basename(file)} was changed meanwhile, but not by this command. Run this again.`);
}

/** Gives the copy the file's owner and mode, and flushes it to disk. */
async function finish(copy: string, content: Buffer, file: string): Promise<void> {
  const { uid, gid, mode } = await fs.stat(file);
  const handle = await fs.open(copy, "w");
  try {
    await handle.writeFile(content);
    const own = await handle.stat();
    if (own.uid !== uid || own.gid !== gid) {
      await handle.chown(uid, gid).catch((error: unknown) => {
        throw new Error(
          `${path.basename(file)} belongs to user ${uid} and group ${gid}, and its new content cannot be given to ` +
            "them. Nothing was changed. Run this as that user.",
          { cause: error },
        );
      });
    }
    // After chown, which clears the setuid and setgid bits.
    await handle.chmod(mode & 0o7777);
    // Otherwise the rename can reach the disk before the content.
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Flushes the rename to disk before a deploy makes the new value live. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Restores Windows line endings: Pulumi writes line feeds only, which would change every line of the file. */
function withLineEndsOf(before: Buffer, after: Buffer): Buffer {
  const text = before.toString();
  const isWindows = text.includes("\r\n") && !/(?<!\r)\n/.test(text);
  return isWindows ? Buffer.from(after.toString().replaceAll(/\r?\n/g, "\r\n")) : after;
}
