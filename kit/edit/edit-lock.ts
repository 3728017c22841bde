import { randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { isObject } from "../json";
import { quoted } from "../quoted";
import { hasEnded, type ProcessIdentity, thisProcess } from "./process-identity";

/** How often the owner touches the lock to show that it is alive. */
const BEAT_MS = 2_000;
/** After this long without a touch, the lock was left behind or its owner is suspended. */
const SILENT_MS = 15_000;

interface Owner extends ProcessIdentity {
  /** Identifies this lock. */
  readonly id: string;
}

export interface EditLock {
  /** The lock's folder. Files in it are private to the owner and are removed with the lock. */
  readonly folder: string;
  /** @throws Error if the lock was removed, for example by a user who believed that its owner was dead */
  check(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Locks a file against other edits, in this container and in others that share the folder. It relies on mkdir,
 * which succeeds only once. A lock is taken over only if its owner is known to have ended.
 *
 * @throws Error that names the owner of the lock and how to remove a lock that was left behind
 */
export async function lockForEdit(file: string): Promise<EditLock> {
  const folder = path.join(path.dirname(file), `.${path.parse(file).name}.edit`);
  const owner: Owner = { id: randomUUID(), ...(await thisProcess()) };
  try {
    await fs.mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await inherit(folder);
  }
  const note = path.join(folder, "owner.json");
  try {
    await fs.writeFile(note, JSON.stringify(owner));
  } catch (error) {
    await fs.rm(folder, { recursive: true, force: true });
    throw error;
  }
  const beat = setInterval(() => {
    const now = new Date();
    void fs.utimes(note, now, now).catch(() => undefined);
  }, BEAT_MS).unref();
  const isMine = async () => (await ownerOf(folder))?.id === owner.id;
  return {
    folder,
    async check() {
      if (!(await isMine())) throw new Error(`The lock ${folder} was removed meanwhile. Run this again.`);
    },
    async release() {
      clearInterval(beat);
      // A lock that cannot be removed is taken over by the next edit, because its owner has ended then.
      if (await isMine()) await fs.rm(folder, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

/** Takes over the lock of an owner that has ended. Of several processes that try, only one succeeds. */
async function inherit(folder: string): Promise<void> {
  const owner = await ownerOf(folder);
  if (owner === undefined || !(await hasEnded(owner))) throw await heldBy(owner, folder);
  const will = path.join(folder, `heir-of-${owner.id}`);
  await fs.writeFile(will, "", { flag: "wx" }).catch(async () => {
    throw await heldBy(owner, folder);
  });
  // By now, the lock may have been released and taken by another process.
  const now = await ownerOf(folder);
  if (now?.id !== owner.id) {
    await fs.rm(will, { force: true });
    throw await heldBy(now, folder);
  }
}

async function ownerOf(folder: string): Promise<Owner | undefined> {
  try {
    const owner: unknown = JSON.parse(await fs.readFile(path.join(folder, "owner.json"), "utf8"));
    return isObject(owner) ? (owner as unknown as Owner) : undefined;
  } catch {
    return undefined;
  }
}

async function heldBy(owner: Owner | undefined, folder: string): Promise<Error> {
  const who = owner === undefined ? "unknown process" : `process ${owner.pid} on host ${owner.host}`;
  const note = path.join(folder, owner === undefined ? "" : "owner.json");
  const { mtime } = await fs.stat(note).catch(() => ({ mtime: new Date() }));
  return new Error(
    Date.now() - mtime.getTime() < SILENT_MS
      ? `Another edit of this stack's config is under way (${who}). Run this again after it.`
      : `Another edit of this stack's config (${who}) has its lock and has been silent since ${mtime.toISOString()}. If it ` +
          `no longer runs, remove the lock: rm -r ${quoted(folder)}`,
  );
}
