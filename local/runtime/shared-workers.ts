import * as path from "node:path";
import type { WorkerOptions } from "miniflare";
import { isShared, targetOf, WRAPPED } from "./bindings";
import type { WorkerCode } from "./code";
import type { Exports } from "./exports";
import { QUIET, workerOptions } from "./instance";
import { type PrivateMiniflare, startMiniflare } from "./private-miniflare";
import type { WorkerUrl } from "./url";

/** A Worker that runs with others, and the address that it answers on. */
interface Member {
  readonly code: WorkerCode;
  readonly exports: Exports;
  readonly url: WorkerUrl;
}

/** A queue's consumer. */
interface Consumer {
  readonly queue: string;
  readonly script: string;
  /** Miniflare's options for it. */
  readonly settings: object;
}

interface Setup {
  readonly members: ReadonlyMap<string, Member>;
  readonly consumers: readonly Consumer[];
}

/**
 * The Workers of an account that share data or call each other, in one workerd process: its databases can be open in
 * only one. A change stops that process and starts the next one. Requests wait meanwhile, so none is refused.
 */
export class SharedWorkers {
  #setup: Setup = { members: new Map(), consumers: [] };
  #running: PrivateMiniflare | undefined;
  #changes: Promise<unknown> = Promise.resolve();

  /** @param folder the data of the account, which may exist already */
  constructor(private readonly folder: string) {}

  has(name: string): boolean {
    return this.#setup.members.has(name);
  }

  /** Changes what runs. If it does not start, everything runs as before, and the error is thrown. */
  change(edit: (setup: Setup) => Setup): Promise<void> {
    const result = this.#changes.then(async () => {
      const before = this.#setup;
      const after = edit(before);
      try {
        await this.#replace(before, after);
      } catch (error) {
        await this.#replace(after, before);
        throw error;
      }
    });
    this.#changes = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    await this.#changes;
    await this.#running?.dispose();
  }

  async #replace(before: Setup, after: Setup): Promise<void> {
    const urls = new Set([...before.members.values(), ...after.members.values()].map(({ url }) => url));
    await Promise.all([...urls].map((url) => url.pause()));
    await this.#running?.dispose();
    this.#running = after.members.size === 0 ? undefined : await this.#start(after);
    this.#setup = after;
    if (this.#running === undefined) return;
    for (const [name, { url, exports }] of after.members) {
      url.swap({ socketPath: this.#running.socketOf(name), exports, dispose: () => Promise.resolve() });
    }
  }

  async #start({ members, consumers }: Setup): Promise<PrivateMiniflare> {
    const workers = new Map<string, WorkerOptions>();
    for (const [name, { code }] of members) {
      const own = consumers.filter(({ script }) => script === name);
      const queueConsumers = Object.fromEntries(own.map(({ queue, settings }) => [queue, settings]));
      workers.set(name, { ...(workerOptions(code) as object), queueConsumers } as WorkerOptions);
    }
    const running = await startMiniflare({ ...QUIET, ...this.#persistence() }, workers, WRAPPED);
    try {
      await running.miniflare.ready;
      return running;
    } catch (error) {
      await running.dispose();
      throw error;
    }
  }

  #persistence() {
    return {
      d1Persist: path.join(this.folder, "d1"),
      durableObjectsPersist: path.join(this.folder, "durable-objects"),
      kvPersist: path.join(this.folder, "kv"),
      r2Persist: path.join(this.folder, "r2"),
      workflowsPersist: path.join(this.folder, "workflows"),
    };
  }
}

/** A change that takes a Worker out. */
export function without(name: string) {
  return (setup: Setup): Setup => {
    const members = new Map(setup.members);
    members.delete(name);
    return { ...setup, members };
  };
}

/** The names of the Workers that have to run in one process. */
export function sharedNames(
  workers: ReadonlyMap<string, WorkerCode>,
  consumers: readonly Pick<Consumer, "script">[],
): Set<string> {
  const names = new Set(consumers.map(({ script }) => script).filter((name) => workers.has(name)));
  for (const [name, { bindings }] of workers) {
    if (!bindings.some(isShared)) continue;
    for (const needed of [name, ...bindings.map(targetOf)]) {
      if (needed !== undefined && workers.has(needed)) names.add(needed);
    }
  }
  return names;
}
