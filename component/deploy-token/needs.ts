import type * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import type { SecretsStore } from "../secrets-store/secrets-store";
import type { WorkerScript } from "../worker-script/worker-script";

/** What the deploys of a stack need, without any value. */
export interface DeployNeeds {
  /** The names of its Workers. Default: none. */
  workers?: pulumi.Input<readonly pulumi.Input<string>[]> | undefined;
  /** The ids of the zones in which it has routes. Default: none. */
  routeZones?: pulumi.Input<readonly pulumi.Input<string>[]> | undefined;
  /** Whether it declares secrets of the Secrets Store, or binds some: Cloudflare wants a token that may write them for both. Default: false. */
  secretsStore?: pulumi.Input<boolean> | undefined;
}

/** The resources of a stack that its deploys need permissions for. */
export interface Deployed {
  readonly workers: readonly WorkerScript[];
  /** Default: none. */
  readonly routes?: readonly cloudflare.WorkersRoute[] | undefined;
  /** Default: none. */
  readonly stores?: readonly SecretsStore[] | undefined;
}

/**
 * Says what the next deploy of a stack needs. Export it, and give it to the `DeployToken` in another stack.
 *
 * @example
 * export const needs = deployNeeds({ workers: [shop], routes: [route] });
 */
export function deployNeeds({ workers, routes = [], stores = [] }: Deployed): pulumi.Output<{
  workers: string[];
  routeZones: string[];
  secretsStore: boolean;
}> {
  return pulumi
    .all([
      pulumi.all(workers.map(({ name }) => name)),
      pulumi.all(routes.map(({ zoneId }) => zoneId)),
      pulumi.all(workers.map(({ bindsSecretsStore }) => bindsSecretsStore)),
    ])
    .apply(([names, zones, binds]) => ({
      workers: names.toSorted(),
      routeZones: [...new Set(zones)].sort(),
      secretsStore: stores.length > 0 || binds.includes(true),
    }));
}
