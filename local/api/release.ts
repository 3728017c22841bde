import { randomUUID } from "node:crypto";
import { WorkerUrl } from "../runtime/url";
import { serve } from "./serve";
import { type Draft, runVersion, startVersion, type Started } from "./start-version";
import { requestEvent } from "./worker-events";
import { maskOf } from "./printed-secrets";
import { type Deployment, live, type Store, type Version, type Worker } from "./store";

/** Adds a version without deploying it. We start it once, because Cloudflare refuses code that does not start. */
export async function addVersion(
  store: Store,
  account: string,
  worker: Worker,
  draft: Draft,
): Promise<Version> {
  const { version, instance } = await startVersion(store, account, worker.name, draft, worker);
  await instance.dispose();
  worker.versions = [version, ...worker.versions];
  return version;
}

/** Adds a version and deploys it. The version becomes visible only once it runs. */
export async function release(store: Store, account: string, name: string, draft: Draft): Promise<Worker> {
  const existing = store.find(account, name);
  const started = await startVersion(store, account, name, draft, existing);
  const { version } = started;
  const deployment = toDeployment(version, draft.source, draft.annotations);
  if (existing === undefined) return create(store, account, name, started, deployment);
  await serve(store, account, existing, started, () => {
    existing.versions = [version, ...existing.versions];
    promote(existing, deployment);
  });
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
  const deployment = toDeployment(version, source, annotations);
  await serve(
    store,
    account,
    worker,
    { version, instance: await runVersion(store, account, worker.name, version) },
    () => {
      promote(worker, deployment);
    },
  );
  return deployment;
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
  const { onWorkerEvent } = store;
  const url = await WorkerUrl.open(
    store.workerPort,
    onWorkerEvent &&
      ((request) => {
        const mask = maskOf([live(worker)], store.resources, account);
        onWorkerEvent(requestEvent(name, request, mask));
      }),
  );
  const worker: Worker = {
    name,
    tag: randomUUID().replaceAll("-", ""),
    createdOn,
    modifiedOn: createdOn,
    url,
    versions: [version],
    deployments: [deployment],
    settings: {},
    subdomain: { enabled: false, previews_enabled: false },
  };
  try {
    await serve(store, account, worker, started, () => {
      store.add(account, worker);
    });
  } catch (error) {
    await worker.url.close();
    throw error;
  }
  return worker;
}

function toDeployment(version: Version, source: string, annotations: Version["annotations"]): Deployment {
  return { id: randomUUID(), createdOn: new Date().toISOString(), source, annotations, version };
}
