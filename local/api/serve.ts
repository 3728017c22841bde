import type { WorkerCode } from "../runtime/code";
import type { Instance } from "../runtime/instance";
import type { Member, Members } from "../runtime/shared-process";
import { withoutSecrets } from "./bindings";
import { invalid } from "./envelope";
import { codeOf, runVersion } from "./start-version";
import type { Store } from "./store";
import { checkWorkers } from "./targets";
import { answering, type Share, type Shares, type Worker } from "./worker";

/** A version that has been started, and the traffic that it is to get. */
export interface Starting extends Share {
  readonly instance: Instance;
}

/**
 * Sends the Worker's requests to versions, which run alone or with the other Workers that they share something with.
 * `promote` makes these versions the live ones.
 *
 * @param starting the versions, the one with most of the traffic first
 */
export async function serve(
  store: Store,
  account: string,
  worker: Worker,
  starting: readonly [Starting, ...Starting[]],
  promote: () => void,
): Promise<void> {
  const shared = store.shared(account);
  const dispose = () => Promise.all(starting.map(({ instance }) => instance.dispose()));
  await shared.exclusive(async () => {
    try {
      for (const { version } of starting) {
        checkWorkers(version.bindings, worker.name, (script) => {
          const other = store.find(account, script);
          return script === worker.name ? version.exports : other && answering(other)[0].version.exports;
        });
      }
    } catch (error) {
      await dispose();
      throw error;
    }
    const joins = joining(store, account, { worker, shares: starting });
    if (joins.has(worker.name)) {
      await dispose();
      await shared.change(joins).catch((error: unknown) => {
        const bindings = starting.flatMap(({ version }) => version.bindings);
        throw invalid(withoutSecrets(error instanceof Error ? error.message : String(error), bindings));
      });
    } else {
      await shared.change(new Map(), worker.url);
      worker.url.swap(
        starting.map(({ version, percentage, instance }) => ({ instance, percentage, version: version.id })),
      );
      for (const { instance } of starting) {
        // If this Cloudflare is being closed, or the code no longer starts, the Worker does not answer.
        void instance.crashed.then(() => restart(store, account, worker, instance)).catch(() => undefined);
      }
    }
    promote();
    const [{ version }] = starting;
    store.resources.kept.rememberDurableObjects(account, worker.name, version.durableObjects);
  });
}

/** Starts a Worker that runs alone again, after a process of it has ended by itself. */
async function restart(store: Store, account: string, worker: Worker, crashed: Instance): Promise<void> {
  await store.exclusive(account, worker.name, async () => {
    if (store.find(account, worker.name) !== worker || !worker.url.uses(crashed)) return;
    const starting = await startShares(store, account, worker.name, answering(worker));
    await serve(store, account, worker, starting, () => undefined);
  });
}

/** Starts all versions of a deployment, or none. */
export async function startShares(
  store: Store,
  account: string,
  name: string,
  [first, ...others]: Shares,
): Promise<[Starting, ...Starting[]]> {
  const start = async (share: Share): Promise<Starting> => ({
    ...share,
    instance: await runVersion(store, account, name, share.version),
  });
  const starting: [Starting, ...Starting[]] = [await start(first)];
  try {
    for (const share of others) starting.push(await start(share));
    return starting;
  } catch (error) {
    await Promise.all(starting.map(({ instance }) => instance.dispose()));
    throw error;
  }
}

/** Brings the Workers that consume queues up to date with the queues' consumers. */
export async function joinConsumers(store: Store, account: string): Promise<void> {
  const shared = store.shared(account);
  await shared.exclusive(() => shared.change(joining(store, account)));
}

/** The Workers that have to run with others and do not yet, and the one that gets other versions, if it has to. */
function joining(
  store: Store,
  account: string,
  changed?: { readonly worker: Worker; readonly shares: readonly Share[] },
): Members {
  const shared = store.shared(account);
  const workers = new Map<string, { readonly worker: Worker; readonly shares: readonly Share[] }>(
    store.answering(account).map((worker) => [worker.name, { worker, shares: answering(worker) }]),
  );
  if (changed !== undefined) workers.set(changed.worker.name, changed);
  const bindings = [...workers].map(
    ([name, { shares }]) => [name, shares.flatMap(({ version }) => version.bindings)] as const,
  );
  const names = shared.namesOf(new Map(bindings));
  const joins = [...workers].filter(
    ([name, one]) => names.has(name) && (one === changed || !shared.has(name)),
  );
  return new Map(
    joins.flatMap(([name, { worker, shares }]) =>
      shares.map(({ version, percentage }, at): [string, Member] => {
        const code = at === 0 ? codeOf(version) : beside(name, codeOf(version));
        const key = at === 0 ? name : `${name}@${version.id}`;
        return [key, { worker: name, url: worker.url, code, exports: version.exports, percentage }];
      }),
    ),
  );
}

/** The code of a version that runs beside the main one, which alone has the Worker's Durable Objects and workflows. */
function beside(name: string, code: WorkerCode): WorkerCode {
  const bindings = code.bindings.map((binding) =>
    ["durable_object_namespace", "workflow"].includes(binding.type) && binding["script_name"] === undefined
      ? { ...binding, script_name: name }
      : binding,
  );
  return { ...code, bindings };
}
