import { invalid } from "./envelope";
import type { Members } from "../runtime/shared-process";
import { withoutSecrets } from "./bindings";
import { checked, codeOf, runVersion, type Started } from "./start-version";
import { running, type Store, type Version, type Worker } from "./store";
import { checkWorkers } from "./targets";

/**
 * Sends the Worker's requests to a version, which runs alone or with the other Workers that it shares something with.
 * `promote` makes the version the one that is live.
 */
export async function serve(
  store: Store,
  account: string,
  worker: Worker,
  { version, instance }: Started,
  promote: () => void,
): Promise<void> {
  const shared = store.shared(account);
  await shared.exclusive(async () => {
    const find = (script: string): Version | undefined => {
      const other = store.find(account, script);
      return script === worker.name ? version : other && running(other);
    };
    await checked(instance, () => {
      checkWorkers(version.bindings, worker.name, (script) => find(script)?.exports);
    });
    const joins = joining(store, account, { worker, version });
    if (joins.has(worker.name)) {
      await instance.dispose();
      await shared.change(joins).catch((error: unknown) => {
        throw invalid(
          withoutSecrets(error instanceof Error ? error.message : String(error), version.bindings),
        );
      });
    } else {
      await shared.change(new Map(), worker.name);
      worker.url.swap(instance);
      // If this Cloudflare is being closed, or the code no longer starts, the Worker does not answer.
      void instance.crashed.then(() => restart(store, account, worker, version)).catch(() => undefined);
    }
    promote();
    store.resources.kept.rememberDurableObjects(account, worker.name, version.durableObjects);
  });
}

/** Starts a Worker that runs alone again, after its process has ended by itself. */
async function restart(store: Store, account: string, worker: Worker, version: Version): Promise<void> {
  await store.exclusive(account, worker.name, async () => {
    if (store.find(account, worker.name) !== worker || running(worker) !== version) return;
    const instance = await runVersion(store, account, worker.name, version);
    await serve(store, account, worker, { version, instance }, () => undefined);
  });
}

/** Brings the Workers that consume queues up to date with the queues' consumers. */
export async function joinConsumers(store: Store, account: string): Promise<void> {
  const shared = store.shared(account);
  await shared.exclusive(() => shared.change(joining(store, account)));
}

/** The Workers that have to run with others and do not yet, and the one that gets another version, if it has to. */
function joining(store: Store, account: string, changed?: { worker: Worker; version: Version }): Members {
  const shared = store.shared(account);
  const workers = new Map(
    store.list(account).map((worker) => [worker.name, { worker, version: running(worker) }]),
  );
  if (changed !== undefined) workers.set(changed.worker.name, changed);
  const names = shared.namesOf(new Map([...workers].map(([name, { version }]) => [name, version.bindings])));
  const joins = [...workers].filter(
    ([name, one]) => names.has(name) && (one === changed || !shared.has(name)),
  );
  return new Map(
    joins.map(([name, { worker, version }]) => [
      name,
      { url: worker.url, code: codeOf(version), exports: version.exports },
    ]),
  );
}
