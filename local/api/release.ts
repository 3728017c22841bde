import { randomUUID } from "node:crypto";
import { WorkerUrl } from "../runtime/url";
import { serve, startShares, type Starting } from "./serve";
import { type Draft, startVersion } from "./start-version";
import { requestEvent } from "./worker-events";
import { maskOf } from "./printed-secrets";
import type { Store } from "./store";
import { type Deployment, served, type Shares, type Version, type Worker } from "./worker";

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
  const starting = { ...started, percentage: 100 };
  const deployment = toDeployment([starting], draft.source, draft.annotations);
  if (existing === undefined) return create(store, account, name, starting, deployment);
  await serve(store, account, existing, [starting], () => {
    existing.versions = [version, ...existing.versions];
    promote(existing, deployment);
  });
  return existing;
}

/** Deploys existing versions. */
export async function deploy(
  store: Store,
  account: string,
  worker: Worker,
  shares: Shares,
  source: string,
  annotations: Version["annotations"],
): Promise<Deployment> {
  const deployment = toDeployment(shares, source, annotations);
  const starting = await startShares(store, account, worker.name, deployment.shares);
  await serve(store, account, worker, starting, () => {
    promote(worker, deployment);
  });
  return deployment;
}

function promote(worker: Worker, deployment: Deployment): void {
  worker.deployments = [deployment, ...worker.deployments];
  worker.tried = undefined;
  worker.modifiedOn = deployment.createdOn;
}

async function create(
  store: Store,
  account: string,
  name: string,
  starting: Starting,
  deployment: Deployment,
): Promise<Worker> {
  const { createdOn } = deployment;
  const place = store.placeOf(account, name);
  const former = store.list(account).find((other) => other.place === place.name);
  const url = former?.url ?? (await WorkerUrl.open(place.port));
  const worker: Worker = {
    name,
    tag: randomUUID().replaceAll("-", ""),
    createdOn,
    modifiedOn: createdOn,
    place: place.name,
    url,
    versions: [starting.version],
    deployments: [deployment],
    settings: {},
    subdomain: { enabled: false, previews_enabled: false },
  };
  try {
    await serve(store, account, worker, [starting], () => {
      store.add(account, worker);
      url.onAnswered = (request) => {
        const mask = maskOf(served(worker), store.resources, account);
        store.onWorkerEvent?.(requestEvent(name, request, mask));
      };
    });
  } catch (error) {
    if (former === undefined) await url.close();
    throw error;
  }
  return worker;
}

function toDeployment(shares: Shares, source: string, annotations: Version["annotations"]): Deployment {
  const [first, ...others] = shares.map(({ version, percentage }) => ({ version, percentage }));
  return {
    id: randomUUID(),
    createdOn: new Date().toISOString(),
    source,
    annotations,
    shares: [first ?? shares[0], ...others],
  };
}
