import type { Binding, Module } from "../runtime/code";
import type { Exports } from "../runtime/exports";
import type { WorkerUrl } from "../runtime/url";
import type { JsonObject } from "../../kit/json";
import type { VersionAssets } from "./assets";
import { ApiError } from "./envelope";
import type { DurableObjects } from "./migrations";

export type Annotations = Readonly<Record<string, string>>;

/** The immutable unit that a deployment runs: code, settings and bindings. */
export interface Version {
  readonly id: string;
  readonly number: number;
  readonly createdOn: string;
  /** The client that created the version: "wrangler" or "api". */
  readonly source: string;
  readonly annotations: Annotations;
  readonly metadata: JsonObject;
  readonly modules: readonly Module[];
  readonly bindings: readonly Binding[];
  readonly assets: VersionAssets | undefined;
  readonly etag: string;
  readonly exports: Exports;
  readonly durableObjects: DurableObjects;
  readonly startupMilliseconds: number;
}

export interface Deployment {
  readonly id: string;
  readonly createdOn: string;
  readonly source: string;
  readonly annotations: Annotations;
  /** The largest first. */
  readonly shares: Shares;
}

/** How much of a Worker's traffic a version gets. */
export interface Share {
  readonly version: Version;
  /** From 0 to 100. */
  readonly percentage: number;
}

export type Shares = readonly [Share, ...Share[]];

export interface Worker {
  readonly name: string;
  readonly tag: string;
  readonly createdOn: string;
  modifiedOn: string;
  /** The name of its place. */
  readonly place: string;
  readonly url: WorkerUrl;
  /** Newest first, like the deployments. Neither is ever empty. */
  versions: readonly [Version, ...Version[]];
  deployments: readonly [Deployment, ...Deployment[]];
  /** What answers instead of the live version: the same with other code, until the next deployment. */
  tried?: Version | undefined;
  /** Settings that belong to no version: logpush, tail_consumers, observability, tags. */
  settings: JsonObject;
  subdomain: { enabled: boolean; previews_enabled: boolean };
}

/** Where a Worker's URL is. */
export interface WorkerPlace {
  /** A new Worker at the place of a live one of its account takes over the URL: the script was renamed. */
  readonly name: string;
  /** The port, or if it is in use, the next free one after it; 0 for any. */
  readonly port: number;
}

/** What answers requests now. */
export const answering = ({ tried, deployments }: Worker): Shares =>
  tried === undefined ? deployments[0].shares : [{ version: tried, percentage: 100 }];

/** The version that gets traffic; in a gradual deployment, the one that gets most. */
export const live = (worker: Worker): Version => worker.deployments[0].shares[0].version;

/** All versions that get traffic. */
export const served = (worker: Worker): Version[] =>
  worker.deployments[0].shares.map(({ version }) => version);

/** Refuses to edit the latest version if it is not fully deployed, or was rolled back. */
export function requireLatestLive(worker: Worker, code: number, message: string): void {
  if (worker.versions[0] !== live(worker) || served(worker).length > 1)
    throw new ApiError(400, code, message);
}

export function findVersion(worker: Worker, id: string): Version {
  const found =
    id === "latest"
      ? worker.versions[0]
      : worker.versions.find((version) => version.id === id || (id.length >= 8 && version.id.startsWith(id)));
  if (found === undefined) throw new ApiError(404, 10025, "The requested Worker version could not be found.");
  return found;
}
