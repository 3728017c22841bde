import { createHash, randomUUID } from "node:crypto";
import type { Module } from "../runtime/code";
import { CodeRejected, type Instance, startInstance } from "../runtime/instance";
import { WorkerUrl } from "../runtime/url";
import { environment, withoutSecrets } from "./bindings";
import { ApiError, invalid } from "./envelope";
import { optionalString, stringList } from "../../kit/json";
import type { Deployment, Store, Version, Worker } from "./store";

/** A version that the runtime has not yet accepted. */
export type Draft = Pick<Version, "source" | "annotations" | "metadata" | "modules" | "bindings">;

/** Adds a version without deploying it. We start it once, because Cloudflare refuses code that does not start. */
export async function addVersion(worker: Worker, draft: Draft): Promise<Version> {
  const instance = await run(draft);
  await instance.dispose();
  const version = toVersion(draft, instance, worker.versions[0].number + 1);
  worker.versions = [version, ...worker.versions];
  return version;
}

/** Adds a version and deploys it. The version becomes visible only once it runs. */
export async function release(store: Store, account: string, name: string, draft: Draft): Promise<Worker> {
  const instance = await run(draft);
  const existing = store.find(account, name);
  const version = toVersion(draft, instance, (existing?.versions[0].number ?? 0) + 1);
  const deployment = toDeployment(version, draft.source, draft.annotations);
  if (existing === undefined) return create(store, account, name, instance, deployment);
  existing.versions = [version, ...existing.versions];
  promote(existing, instance, deployment);
  return existing;
}

/** Deploys an existing version. */
export async function deploy(
  worker: Worker,
  version: Version,
  source: string,
  annotations: Version["annotations"],
): Promise<Deployment> {
  const instance = await run(version);
  const deployment = toDeployment(version, source, annotations);
  promote(worker, instance, deployment);
  return deployment;
}

function promote(worker: Worker, instance: Instance, deployment: Deployment): void {
  worker.url.swap(instance);
  worker.deployments = [deployment, ...worker.deployments];
  worker.modifiedOn = deployment.createdOn;
}

async function create(
  store: Store,
  account: string,
  name: string,
  instance: Instance,
  deployment: Deployment,
): Promise<Worker> {
  const { version, createdOn } = deployment;
  const worker: Worker = {
    name,
    tag: randomUUID().replaceAll("-", ""),
    createdOn,
    modifiedOn: createdOn,
    url: await WorkerUrl.open(instance),
    versions: [version],
    deployments: [deployment],
    settings: {},
    subdomain: { enabled: false, previews_enabled: false },
  };
  store.add(account, worker);
  return worker;
}

async function run({ metadata, modules, bindings }: Draft): Promise<Instance> {
  let instance: Instance;
  try {
    instance = await startInstance({
      mainModule: optionalString(metadata["main_module"]),
      modules,
      env: environment(bindings),
      compatibilityDate: optionalString(metadata["compatibility_date"]),
      compatibilityFlags: stringList(metadata["compatibility_flags"]) ?? [],
    });
  } catch (error) {
    if (error instanceof CodeRejected) throw invalid(withoutSecrets(error.message, bindings));
    throw error;
  }
  const { handlers, named } = instance.exports;
  if (handlers.length === 0 && named.length === 0) {
    await instance.dispose();
    throw new ApiError(400, 10068, "The uploaded script has no registered event handlers.");
  }
  return instance;
}

function toVersion(draft: Draft, instance: Instance, number: number): Version {
  return {
    ...draft,
    id: randomUUID(),
    number,
    createdOn: new Date().toISOString(),
    etag: contentHash(draft.modules),
    exports: instance.exports,
    startupMilliseconds: instance.startupMilliseconds,
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
