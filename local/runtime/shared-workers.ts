import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { isShared, targetOf, WRAPPED } from "./bindings";
import type { Binding, WorkerCode } from "./code";
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

type Members = ReadonlyMap<string, Member>;

/**
 * The Workers of an account that share data or call each other, in one workerd process: its databases can be open in
 * only one. A change stops that process and starts the next one. Requests wait meanwhile, so none is refused.
 */
export class SharedWorkers {
  #members: Members = new Map();
  #running: PrivateMiniflare | undefined;
  #changes: Promise<unknown> = Promise.resolve();
  /** The data, from the first start on. */
  #folder: string | undefined;

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** Changes what runs. If it does not start, everything runs as before, and the error is thrown. */
  change(edit: (members: Members) => Members): Promise<void> {
    const result = this.#changes.then(async () => {
      const before = this.#members;
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

  /** Stops what runs, and removes its data. */
  async close(): Promise<void> {
    await this.#changes;
    await this.#running?.dispose();
    if (this.#folder !== undefined) await fs.rm(this.#folder, { recursive: true, force: true });
  }

  async #replace(before: Members, after: Members): Promise<void> {
    const urls = new Set([...before.values(), ...after.values()].map(({ url }) => url));
    await Promise.all([...urls].map((url) => url.pause()));
    await this.#running?.dispose();
    this.#running = after.size === 0 ? undefined : await this.#start(after);
    this.#members = after;
    if (this.#running === undefined) return;
    for (const [name, { url, exports, code }] of after) {
      const [socketPath, hasAssets] = [this.#running.socketOf(name), code.assets !== undefined];
      url.swap({ socketPath, exports, hasAssets, dispose: () => Promise.resolve() });
    }
  }

  async #start(members: Members): Promise<PrivateMiniflare> {
    const folder = (this.#folder ??= await fs.mkdtemp(path.join(os.tmpdir(), "local-cloudflare-")));
    const persistence = {
      d1Persist: path.join(folder, "d1"),
      durableObjectsPersist: path.join(folder, "durable-objects"),
      kvPersist: path.join(folder, "kv"),
      r2Persist: path.join(folder, "r2"),
      workflowsPersist: path.join(folder, "workflows"),
    };
    const workers = new Map([...members].map(([name, { code }]) => [name, workerOptions(code)]));
    const running = await startMiniflare({ ...QUIET, ...persistence }, workers, WRAPPED);
    try {
      await running.miniflare.ready;
      return running;
    } catch (error) {
      await running.dispose();
      throw error;
    }
  }
}

/** A change that takes a Worker out. */
export function without(name: string) {
  return (members: Members): Members => new Map([...members].filter(([other]) => other !== name));
}

/** The names of the Workers that have to run in one process. */
export function sharedNames(workers: ReadonlyMap<string, readonly Binding[]>): Set<string> {
  const names = [...workers].flatMap(([name, bindings]) =>
    bindings.some(isShared) ? [name, ...bindings.map(targetOf)] : [],
  );
  return new Set(names.filter((name): name is string => name !== undefined && workers.has(name)));
}
