import * as path from "node:path";
import type { Ask } from "../runtime/data-worker";
import { SharedWorkers } from "../runtime/shared-workers";
import { closing, scriptNotFound } from "./envelope";
import type { Resources } from "./resources";
import { surroundingsOf } from "./surroundings";
import { Tails } from "./tails";
import type { Worker, WorkerPlace } from "./worker";
import type { WorkerEvent } from "./worker-events";

/** All Workers of the local Cloudflare, in memory only. */
export class Store {
  readonly #shared = new Map<string, SharedWorkers>();
  readonly #accounts = new Map<string, Map<string, Worker>>();
  readonly #queues = new Map<string, Promise<unknown>>();
  #closed = false;
  readonly tails = new Tails();

  constructor(
    readonly resources: Resources,
    readonly placeOf: (account: string, name: string) => WorkerPlace = (_, name) => ({ name, port: 0 }),
    readonly onWorkerEvent?: (event: WorkerEvent) => void,
  ) {}

  list(account: string): Worker[] {
    return [...(this.#accounts.get(account)?.values() ?? [])];
  }

  /** Those that get requests: not the one whose URL a renamed script has taken over. */
  answering(account: string): Worker[] {
    return [...new Map(this.list(account).map((worker) => [worker.url, worker])).values()];
  }

  find(account: string, name: string): Worker | undefined {
    return this.#accounts.get(account)?.get(name);
  }

  get(account: string, nameOrTag: string): Worker {
    const worker = this.find(account, nameOrTag) ?? this.list(account).find(({ tag }) => tag === nameOrTag);
    if (worker === undefined) throw scriptNotFound();
    return worker;
  }

  add(account: string, worker: Worker): void {
    const workers = this.#accounts.get(account) ?? new Map<string, Worker>();
    this.#accounts.set(account, workers.set(worker.name, worker));
  }

  async remove(account: string, worker: Worker): Promise<void> {
    this.#accounts.get(account)?.delete(worker.name);
    this.resources.kept.forgetDurableObjects(account, worker.name);
    for (const { id } of this.tails.of(worker)) this.tails.end(id);
    const shared = this.shared(account);
    // A renamed script may have taken over the URL, and what runs for it.
    if (this.list(account).some(({ url }) => url === worker.url)) return;
    await shared.exclusive(() => shared.change(new Map(), worker.url));
    await worker.url.close();
  }

  /** The Workers of the account that run in one process. */
  shared(account: string): SharedWorkers {
    const shared =
      this.#shared.get(account) ?? new SharedWorkers(surroundingsOf(this, account), this.#folderOf(account));
    this.#shared.set(account, shared);
    return shared;
  }

  /** Reaches the data of an account's KV namespaces, D1 databases and R2 buckets. */
  data(account: string): Ask {
    return (request) => this.shared(account).ask(request);
  }

  /** Where the data of an account stays; undefined if it ends with this process. */
  #folderOf(account: string): string | undefined {
    const { folder } = this.resources.kept;
    return folder === undefined ? undefined : path.join(folder, account);
  }

  /** Serializes the changes to one Worker. */
  exclusive<T>(account: string, name: string, change: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closing());
    const key = `${account}/${name}`;
    const result = (this.#queues.get(key) ?? Promise.resolve()).then(change);
    const settled = result
      .catch(() => undefined)
      .finally(() => {
        if (this.#queues.get(key) === settled) this.#queues.delete(key);
      });
    this.#queues.set(key, settled);
    return result;
  }

  /** Waits for the changes in progress and stops every Worker. */
  async close(): Promise<void> {
    this.#closed = true;
    this.tails.endAll();
    while (this.#queues.size > 0) await Promise.all(this.#queues.values());
    const workers = [...this.#accounts.values()].flatMap((accounts) => [...accounts.values()]);
    this.#accounts.clear();
    await Promise.all(workers.map(({ url }) => url.close()));
    await Promise.all([...this.#shared.values()].map((shared) => shared.close()));
    this.resources.kept.close();
  }
}
