import { createHash, randomUUID } from "node:crypto";
import { NO_CODE } from "../runtime/assets";
import type { Module, WorkerCode } from "../runtime/code";
import { CodeRejected, type Instance, startInstance } from "../runtime/instance";
import { sharedNames, without } from "../runtime/shared-workers";
import { WorkerUrl } from "../runtime/url";
import { checkAssetsBinding } from "./assets";
import { checkTargets, withoutSecrets } from "./bindings";
import { ApiError, invalid } from "./envelope";
import { optionalString, stringList } from "../../kit/json";
import { checkClasses, migrate, NO_DURABLE_OBJECTS } from "./migrations";
import { type Deployment, live, type Store, type Version, type Worker } from "./store";

/** A version that the runtime has not yet accepted. */
export type Draft = Pick<Version, "source" | "annotations" | "metadata" | "modules" | "bindings" | "assets">;

/** Adds a version without deploying it. We start it once, because Cloudflare refuses code that does not start. */
export async function addVersion(worker: Worker, draft: Draft): Promise<Version> {
  const { version, instance } = await start(draft, worker);
  await instance.dispose();
  worker.versions = [version, ...worker.versions];
  return version;
}

/** Adds a version and deploys it. The version becomes visible only once it runs. */
export async function release(store: Store, account: string, name: string, draft: Draft): Promise<Worker> {
  const existing = store.find(account, name);
  const started = await start(draft, existing);
  const { version } = started;
  const deployment = toDeployment(version, draft.source, draft.annotations);
  if (existing === undefined) return create(store, account, name, started, deployment);
  await serve(store, account, existing, started);
  existing.versions = [version, ...existing.versions];
  promote(existing, deployment);
  return existing;
}

/** Deploys an existing version. */
export async function deploy(
  store: Store,
  account: string,
  worker: Worker,
  version: Version,
  source: string,
  annotations: Version["annotations"],
): Promise<Deployment> {
  await serve(store, account, worker, { version, instance: await run(version) });
  const deployment = toDeployment(version, source, annotations);
  promote(worker, deployment);
  return deployment;
}

interface Started {
  readonly version: Version;
  readonly instance: Instance;
}

function promote(worker: Worker, deployment: Deployment): void {
  worker.deployments = [deployment, ...worker.deployments];
  worker.modifiedOn = deployment.createdOn;
}

async function create(
  store: Store,
  account: string,
  name: string,
  started: Started,
  deployment: Deployment,
): Promise<Worker> {
  const { version, createdOn } = deployment;
  const worker: Worker = {
    name,
    tag: randomUUID().replaceAll("-", ""),
    createdOn,
    modifiedOn: createdOn,
    url: await WorkerUrl.open(),
    versions: [version],
    deployments: [deployment],
    settings: {},
    subdomain: { enabled: false, previews_enabled: false },
  };
  try {
    await serve(store, account, worker, started);
  } catch (error) {
    await worker.url.close();
    throw error;
  }
  store.add(account, worker);
  return worker;
}

/** Sends the Worker's requests to a version, which runs alone or with the other Workers that it shares something with. */
async function serve(
  store: Store,
  account: string,
  worker: Worker,
  { version, instance }: Started,
): Promise<void> {
  const shared = store.shared(account);
  const serving = (other: Worker, runs: Version) => [other.name, { url: other.url, version: runs }] as const;
  const workers = new Map([
    ...store.list(account).map((other) => serving(other, live(other))),
    serving(worker, version),
  ]);
  await checked(instance, () => {
    checkTargets(version.bindings, (script) => workers.get(script)?.version.exports);
  });
  const names = sharedNames(new Map([...workers].map(([name, other]) => [name, other.version.bindings])));
  if (!names.has(worker.name)) {
    if (shared.has(worker.name)) await shared.change(without(worker.name));
    worker.url.swap(instance);
    return;
  }
  await instance.dispose();
  const joining = [...workers]
    .filter(([name]) => names.has(name))
    .map(
      ([name, { url, version: runs }]) => [name, { url, code: codeOf(runs), exports: runs.exports }] as const,
    );
  try {
    await shared.change((members) => new Map([...members, ...joining]));
  } catch (error) {
    throw invalid(withoutSecrets(error instanceof Error ? error.message : String(error), version.bindings));
  }
}

async function start(draft: Draft, existing: Worker | undefined): Promise<Started> {
  checkAssetsBinding(draft.bindings, draft.assets);
  const [latest] = existing?.versions ?? [];
  const durableObjects = migrate(latest?.durableObjects ?? NO_DURABLE_OBJECTS, draft.metadata["migrations"]);
  const made = { ...draft, id: randomUUID(), createdOn: new Date().toISOString(), durableObjects };
  const instance = await run(made);
  await checked(instance, () => {
    checkClasses(durableObjects, instance.exports, draft.bindings);
  });
  const version: Version = {
    ...made,
    number: (latest?.number ?? 0) + 1,
    etag: contentHash(draft.modules),
    exports: instance.exports,
    startupMilliseconds: instance.startupMilliseconds,
  };
  return { version, instance };
}

/** What the runtime needs of a version. */
type Runnable = Draft & Pick<Version, "id" | "createdOn" | "durableObjects">;

async function run(version: Runnable): Promise<Instance> {
  let instance: Instance;
  try {
    instance = await startInstance(codeOf(version));
  } catch (error) {
    if (error instanceof CodeRejected) throw invalid(withoutSecrets(error.message, version.bindings));
    throw error;
  }
  return checked(instance, () => {
    const { handlers, named } = instance.exports;
    if (handlers.length > 0 || named.length > 0) return;
    throw new ApiError(400, 10068, "The uploaded script has no registered event handlers.");
  });
}

/** Stops an instance that a check refuses. */
async function checked(instance: Instance, check: () => void): Promise<Instance> {
  try {
    check();
    return instance;
  } catch (error) {
    await instance.dispose();
    throw error;
  }
}

function codeOf({
  id,
  createdOn,
  annotations,
  metadata,
  modules,
  bindings,
  assets,
  durableObjects,
}: Runnable): WorkerCode {
  const hasCode = modules.length > 0;
  return {
    ...(hasCode ? { mainModule: optionalString(metadata["main_module"]), modules } : NO_CODE),
    bindings,
    assets: assets && { ...assets, hasCode },
    durableObjects: durableObjects.classes,
    version: { id, tag: annotations["workers/tag"] ?? "", timestamp: createdOn },
    compatibilityDate: optionalString(metadata["compatibility_date"]),
    compatibilityFlags: stringList(metadata["compatibility_flags"]) ?? [],
  };
}

function toDeployment(version: Version, source: string, annotations: Version["annotations"]): Deployment {
  return { id: randomUUID(), createdOn: new Date().toISOString(), source, annotations, version };
}

function contentHash(modules: readonly Module[]): string {
  const hash = createHash("sha256");
  for (const { name, content } of modules) hash.update(`${name}\0${content.byteLength}\0`).update(content);
  return hash.digest("hex");
}
