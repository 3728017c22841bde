import * as fs from "node:fs";
import * as path from "node:path";
import type { DurableObjectClass } from "../runtime/code";
import type { DurableObjects } from "./migrations";
import { isRunning } from "../../kit/is-running";

/** The content of `ids.json`. */
interface Content {
  readonly ids: readonly (readonly [what: string, id: string])[];
  readonly durableObjects: readonly (readonly [worker: string, tag: string | null, classes: Classes])[];
}

type Classes = readonly (readonly [name: string, DurableObjectClass])[];

/**
 * The ids by which data is found again. A later session creates the same resources, and they must get the same ids.
 * Without a folder, nothing outlives this process.
 */
export class Kept {
  /** By what it is: a resource's path and its name. */
  readonly #ids = new Map<string, string>();
  /** By account and Worker. */
  readonly #durableObjects = new Map<string, DurableObjects>();

  private constructor(
    /** Holds the data too. */
    readonly folder: string | undefined,
  ) {
    if (folder === undefined || !fs.existsSync(this.#file(folder))) return;
    const content = JSON.parse(fs.readFileSync(this.#file(folder), "utf8")) as Content;
    this.#ids = new Map(content.ids);
    for (const [worker, tag, classes] of content.durableObjects) {
      this.#durableObjects.set(worker, { tag: tag ?? undefined, classes: new Map(classes) });
    }
  }

  /**
   * @param folder is created if it does not exist
   * @throws Error if another process has it open
   */
  static open(folder: string | undefined): Kept {
    if (folder !== undefined) lock(folder);
    return new Kept(folder);
  }

  /** The id that something had when it was last created; undefined if it is new or was deleted. */
  idOf(what: string): string | undefined {
    return this.#ids.get(what);
  }

  /** Remembers an id, and that no other name has it any longer. */
  remember(what: string, id: string): void {
    if (this.#ids.get(what) === id) return;
    this.forget(id);
    this.#ids.set(what, id);
    this.#save();
  }

  forget(id: string): void {
    for (const [what, known] of this.#ids) if (known === id) this.#ids.delete(what);
    this.#save();
  }

  durableObjectsOf(account: string, worker: string): DurableObjects | undefined {
    return this.#durableObjects.get(`${account}/${worker}`);
  }

  rememberDurableObjects(account: string, worker: string, durableObjects: DurableObjects): void {
    if (this.durableObjectsOf(account, worker) === durableObjects) return;
    this.#durableObjects.set(`${account}/${worker}`, durableObjects);
    this.#save();
  }

  forgetDurableObjects(account: string, worker: string): void {
    if (this.#durableObjects.delete(`${account}/${worker}`)) this.#save();
  }

  /** Lets another process open the folder. */
  close(): void {
    if (this.folder !== undefined) fs.rmSync(lockOf(this.folder), { force: true });
  }

  #file(folder: string): string {
    return path.join(folder, "ids.json");
  }

  #save(): void {
    if (this.folder === undefined) return;
    const content: Content = {
      ids: [...this.#ids],
      durableObjects: [...this.#durableObjects].map(([worker, { tag, classes }]) => [
        worker,
        tag ?? null,
        [...classes],
      ]),
    };
    const file = this.#file(this.folder);
    fs.writeFileSync(`${file}.new`, JSON.stringify(content, undefined, 2));
    fs.renameSync(`${file}.new`, file);
  }
}

const lockOf = (folder: string): string => path.join(folder, "pid");

/** The databases can be open in one process only. */
function lock(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = lockOf(folder);
  const owner = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : undefined;
  if (owner !== undefined && owner !== process.pid && isRunning(owner)) {
    throw new Error(`${folder} is in use by process ${owner}. Stop that one, or use another folder.`);
  }
  fs.writeFileSync(file, String(process.pid));
}
