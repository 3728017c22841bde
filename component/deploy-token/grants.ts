import type { DeployTokenKind } from "./args";
import type { CheckedToken } from "./check";

const ACCOUNT = "com.cloudflare.api.account";
const ZONE = "com.cloudflare.api.account.zone";
const SCRIPT = "com.cloudflare.edge.worker.script";

/** A policy of a token, with its permission groups by name. */
export interface Grant {
  /** The names of the groups. Cloudflare has some names in several scopes. */
  readonly groups: readonly string[];
  readonly scope: typeof ACCOUNT | typeof ZONE | typeof SCRIPT;
  /** JSON, in one form only: the provider compares texts. */
  readonly resources: string;
}

export interface Granted extends Omit<CheckedToken, "workers" | "isUnknown"> {
  /** The immutable tags of the Workers. */
  readonly tags: readonly string[];
}

/**
 * What a token may do (https://developers.cloudflare.com/workers/authorization/workers/). The order is always the same,
 * because the provider compares lists in order.
 */
export function grantsOf(token: Granted): Grant[] {
  const { kind, accountId, tags, routeZones, secretsStore } = token;
  const account = `${ACCOUNT}.${accountId}`;
  const groups = [...accountGroups(kind), ...(secretsStore ? [storeGroup(kind)] : [])];
  const scripts = Object.fromEntries(tags.toSorted().map((tag) => [`${SCRIPT}.${tag}`, "*"]));
  const zones = Object.fromEntries(routeZones.toSorted().map((zone) => [`${ZONE}.${zone}`, "*"]));
  const grants: Grant[] = [
    { scope: ACCOUNT, groups, resources: JSON.stringify({ [account]: "*" }) },
    {
      scope: SCRIPT,
      groups: kind === "deploy" ? ["Individual Workers Editor"] : [],
      resources: JSON.stringify({ [account]: scripts }),
    },
    {
      scope: ZONE,
      // A preview asks nothing about routes.
      groups: kind !== "preview" && routeZones.length > 0 ? ["Workers Routes Write"] : [],
      resources: JSON.stringify(zones),
    },
  ];
  return grants.filter((grant) => grant.groups.length > 0);
}

function accountGroups(kind: DeployTokenKind): string[] {
  switch (kind) {
    case "bootstrap":
      return ["Workers Admin"];
    case "preview":
      return ["Workers Metadata Read-Only"];
    case "deploy":
      return [];
  }
}

function storeGroup(kind: DeployTokenKind): string {
  return kind === "preview" ? "Secrets Store Read" : "Secrets Store Write";
}
