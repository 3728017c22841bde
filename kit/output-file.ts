import * as fs from "node:fs/promises";
import * as path from "node:path";

/** Why a file cannot be written, by the code of the system's error. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder is a file",
  EISDIR: "it is a folder",
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

/** A file that a command writes at its end. */
export interface OutputFile {
  /** The option that named the file, for messages: `--html`. */
  readonly option: string;
  readonly file: string;
}

/**
 * Tries to write next to the file, so that a wrong path is known before the work, which can take minutes.
 *
 * @throws Error that says in one sentence why the file cannot be written
 */
export async function refuseUnwritable({ option, file }: OutputFile): Promise<void> {
  await explained({ option, file }, async () => {
    await draftOf(file, "", async () => {
      const isFolder = (await fs.stat(file).catch(() => undefined))?.isDirectory() ?? file.endsWith(path.sep);
      if (isFolder) throw Object.assign(new Error(), { code: "EISDIR" });
    });
  });
}

/** Replaces the file atomically, so that concurrent readers never see half of it. */
export async function writeOutput({ option, file }: OutputFile, content: string): Promise<void> {
  await explained({ option, file }, () => draftOf(file, content, (draft) => fs.rename(draft, file)));
}

async function draftOf(file: string, content: string, use: (draft: string) => Promise<void>): Promise<void> {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    await fs.writeFile(draft, content);
    await use(draft);
  } finally {
    await fs.rm(draft, { force: true }).catch(() => undefined);
  }
}

async function explained({ option, file }: OutputFile, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? code;
    throw new Error(`${option}: ${path.resolve(file)} cannot be written: ${reason}.`, { cause: error });
  }
}
