import * as cloudflare from "@pulumi/cloudflare";
import type * as pulumi from "@pulumi/pulumi";
import { listOf } from "../answers";
import { perRun } from "../contract/per-run";
import type { Grant } from "./grants";

export interface LiveGroup {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** More than Cloudflare has. */
const ALL_GROUPS = 10_000;

const listsOfRun = perRun(() => new Map<string, Promise<LiveGroup[]>>());

/** The permission groups that Cloudflare has for the tokens of an account. All tokens of a run share one request. */
export function listGroups(accountId: string, parent: pulumi.Resource): Promise<LiveGroup[]> {
  const lists = listsOfRun();
  const list = lists.get(accountId) ?? readGroups(accountId, parent);
  lists.set(accountId, list);
  return list;
}

async function readGroups(accountId: string, parent: pulumi.Resource): Promise<LiveGroup[]> {
  const question = { accountId, maxItems: ALL_GROUPS };
  const { results } = await cloudflare.getAccountApiTokenPermissionGroupsList(question, { parent });
  return listOf(results, "id", "name").map(({ id, name, scopes }) => ({
    id,
    name,
    scopes: Array.isArray(scopes) ? (scopes as string[]) : [],
  }));
}

/** A policy as the provider takes it. */
export interface Policy {
  readonly effect: "allow";
  readonly permissionGroups: readonly { readonly id: string }[];
  readonly resources: string;
}

/**
 * Finds the permission groups of grants by name and scope.
 *
 * @param problems gets a sentence for each that is unknown or ambiguous
 */
export function policiesOf(
  grants: readonly Grant[],
  live: readonly LiveGroup[],
  problems: string[],
): Policy[] {
  return grants.map(({ groups, scope, resources }) => {
    const ids = groups.flatMap((name) => {
      const found = live.filter((group) => group.name === name && group.scopes.includes(scope));
      if (found.length !== 1) problems.push(notOne(name, scope, found.length));
      return found.map(({ id }) => id);
    });
    // The order of the groups is significant to the provider, and Cloudflare returns them sorted.
    return { effect: "allow", permissionGroups: ids.sort().map((id) => ({ id })), resources };
  });
}

function notOne(name: string, scope: string, count: number): string {
  return (
    `permission group "${name}" of the scope ${scope}: expected one, and Cloudflare lists ${count === 0 ? "none" : count}. ` +
    "Cloudflare may have renamed it: update this component, or create the token by hand."
  );
}
