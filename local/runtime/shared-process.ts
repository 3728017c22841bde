import * as path from "node:path";
import type { WorkerCode } from "./code";
import { DATA_WORKER, type DataStores, dataWorker } from "./data-worker";
import type { Exports } from "./exports";
import { type Help, helperWorkers } from "./helper-workers";
import { QUIET } from "./instance";
import { type PrivateMiniflare, startMiniflare } from "./private-miniflare";
import { TAIL, tailWorker, traced } from "./tail";
import type { WorkerUrl } from "./url";
import { workerOptions } from "./worker-options";

/** A Worker that runs with others, and the address that it answers on. */
export interface Member {
  /** The name of the Worker, of which several versions can be members. */
  readonly worker: string;
  /** How much of the Worker's traffic it gets, from 0 to 100. */
  readonly percentage: number;
  readonly code: WorkerCode;
  readonly exports: Exports;
  readonly url: WorkerUrl;
}

/** By a name that no other member has: the Worker's, for the version with most of its traffic. */
export type Members = ReadonlyMap<string, Member>;

/** What an account has besides its Workers. It is read at each start. */
export interface Surroundings extends Help {
  stores(): DataStores;
  /** Miniflare's options for the queues that a Worker consumes, by the queue's name. */
  consumersOf(script: string): Readonly<Record<string, object>>;
}

/**
 * Starts Workers in one process, and the one through which the API reaches their data.
 *
 * @param folder holds the data
 */
export async function startTogether(
  members: Members,
  surroundings: Surroundings,
  stores: DataStores,
  folder: string,
): Promise<PrivateMiniflare> {
  const persistence = {
    d1Persist: path.join(folder, "d1"),
    durableObjectsPersist: path.join(folder, "durable-objects"),
    kvPersist: path.join(folder, "kv"),
    r2Persist: path.join(folder, "r2"),
    workflowsPersist: path.join(folder, "workflows"),
  };
  const isTraced = [...members.values()].some(({ worker }) => surroundings.isTraced(worker));
  const workers = new Map([
    [DATA_WORKER, dataWorker(stores)],
    [TAIL, tailWorker(surroundings.onTrace, isTraced)],
  ]);
  for (const [name, { worker, code }] of members) {
    const own = workerOptions(code, (target) => members.has(target)) as object;
    const options = { ...own, queueConsumers: surroundings.consumersOf(name) };
    workers.set(name, traced(options, worker, code));
  }
  const helpers = helperWorkers(surroundings, [...workers.values()]);
  const running = await startMiniflare({ ...QUIET, ...persistence }, workers, helpers);
  try {
    await running.miniflare.ready;
    return running;
  } catch (error) {
    await running.dispose();
    throw error;
  }
}
