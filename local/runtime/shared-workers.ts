import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { isShared, targetOf } from "./bindings";
import type { Binding } from "./code";
import {
  askDataWorker,
  type DataAnswer,
  type DataRequest,
  type DataStores,
  DATA_WORKER,
} from "./data-worker";
import type { PrivateMiniflare } from "./private-miniflare";
import { TAIL } from "./tail";
import type { WorkerUrl } from "./url";
import { type Members, startTogether, type Surroundings } from "./shared-process";

/**
 * The Workers of an account that share data or call each other, in one workerd process: its databases can be open in
 * only one. A change stops that process and starts the next one. Requests wait meanwhile, so none is refused.
 */
export class SharedWorkers {
  #members: Members = new Map();
  #running: PrivateMiniflare | undefined;
  /** The stores that the data Worker in the process is bound to. */
  #stores: DataStores | undefined;
  /** The queues that the Workers in the process consume. */
  #consumers = this.#consumersOf(new Map());
  #changes: Promise<unknown> = Promise.resolve();
  /** The data, from the first start on. */
  #folder: string | undefined;

  /** @param keptIn where the data stays; undefined for a temporary folder */
  constructor(
    private readonly surroundings: Surroundings,
    private readonly keptIn: string | undefined,
  ) {}

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** Changes the account's Workers one after the other. */
  exclusive<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => undefined);
    return result;
  }

  /**
   * The Workers that have to run here, of all the Workers of the account: those with data that others can have too, those
   * that consume a queue, and those that another one calls.
   */
  namesOf(workers: ReadonlyMap<string, readonly Binding[]>): Set<string> {
    const names = [...workers].flatMap(([name, bindings]) => {
      if (bindings.some(isShared)) return [name, ...bindings.map(targetOf)];
      return Object.keys(this.surroundings.consumersOf(name)).length > 0 ? [name] : [];
    });
    return new Set(names.filter((name): name is string => name !== undefined && workers.has(name)));
  }

  /**
   * Runs these Workers too, in place of what has the same URLs, and no longer the one that leaves. If they do not
   * start, everything runs as before, and the error is thrown. Call it in `exclusive`.
   */
  async change(joining: Members, leaving?: WorkerUrl): Promise<void> {
    const before = this.#members;
    const gone = new Set([leaving, ...[...joining.values()].map(({ url }) => url)]);
    const after = new Map([...[...before].filter(([, { url }]) => !gone.has(url)), ...joining]);
    const isSame = joining.size === 0 && after.size === before.size;
    if (isSame && this.#consumersOf(after) === this.#consumers) return;
    try {
      await this.#replace(before, after);
    } catch (error) {
      await this.#replace(after, before);
      throw error;
    }
  }

  /** Reaches the data that the Workers share. */
  ask(request: DataRequest): Promise<DataAnswer> {
    return this.exclusive(() => this.#ask(request));
  }

  /** Stops what runs, and removes its data unless it stays. */
  async close(): Promise<void> {
    await this.#changes;
    await this.#running?.dispose();
    if (this.#folder !== undefined && this.keptIn === undefined)
      await fs.rm(this.#folder, { recursive: true, force: true });
  }

  async #ask(request: DataRequest): Promise<DataAnswer> {
    const isBound = this.#stores?.[request.kind].includes(request.id) === true;
    const running =
      (isBound ? this.#running : undefined) ?? (await this.#replace(this.#members, this.#members));
    return askDataWorker(running.socketsOf(DATA_WORKER).socketPath, request);
  }

  async #replace(before: Members, after: Members): Promise<PrivateMiniflare> {
    const urls = new Set([...before.values(), ...after.values()].map(({ url }) => url));
    await Promise.all([...urls].map((url) => url.pause()));
    await this.#running?.dispose();
    this.#running = undefined;
    const running = await this.#start(after);
    this.#running = running;
    this.#members = after;
    void running.crashed.then(() => this.exclusive(() => this.#restart(running))).catch(() => undefined);
    const { socketPath: tailSocketPath } = running.socketsOf(TAIL);
    const cf = JSON.stringify(await running.miniflare.getCf());
    const serving = [...after].map(([name, { url, exports, code, percentage }]) => ({
      url,
      instance: {
        ...running.socketsOf(name),
        tailSocketPath,
        cf,
        exports,
        hasAssets: code.assets !== undefined,
        dispose: () => Promise.resolve(),
      },
      percentage,
      version: code.version.id,
    }));
    for (const url of new Set(serving.map((one) => one.url)))
      url.swap(serving.filter((one) => one.url === url));
    return running;
  }

  /** Starts what runs again after its process has ended by itself. */
  async #restart(crashed: PrivateMiniflare): Promise<void> {
    if (this.#running === crashed) await this.#replace(this.#members, this.#members);
  }

  #consumersOf(members: Members): string {
    return JSON.stringify([...members.keys()].map((name) => this.surroundings.consumersOf(name)));
  }

  async #start(members: Members): Promise<PrivateMiniflare> {
    this.#folder ??= this.keptIn ?? (await fs.mkdtemp(path.join(os.tmpdir(), "local-cloudflare-")));
    const stores = this.surroundings.stores();
    this.#stores = stores;
    this.#consumers = this.#consumersOf(members);
    return startTogether(members, this.surroundings, stores, this.#folder);
  }
}
