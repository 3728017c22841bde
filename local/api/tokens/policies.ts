import { isObject, type JsonObject } from "../../../kit/json";
import { hexId } from "../collections";
import { ApiError } from "../envelope";
import type { Need } from "./needs";
import { findGroup, type PermissionGroup } from "./permission-groups";
import { readResources, type Resource } from "./resources";

export interface Policy extends JsonObject {
  readonly id: string;
  readonly effect: "allow" | "deny";
  readonly permission_groups: readonly { readonly id: string; readonly name: string }[];
  /** As it was sent. */
  readonly resources: JsonObject;
}

/**
 * Reads the policies of a token that is created or changed, or refuses them. Codes and messages are guesses.
 *
 * @param account the account that the token belongs to
 */
export function policiesOf(sent: unknown, account: string): Policy[] {
  const policies: unknown[] = Array.isArray(sent) ? sent : [];
  if (policies.length === 0) throw invalidToken("a token has at least one policy.");
  return policies.map((policy, at) => {
    const { effect, permission_groups, resources } = isObject(policy) ? policy : {};
    if (effect !== "allow" && effect !== "deny")
      throw invalidToken(`policies[${at}].effect is allow or deny.`);
    const ids: unknown[] = Array.isArray(permission_groups) ? permission_groups : [];
    const groups = ids.map((one) => findGroup(isObject(one) ? one["id"] : undefined));
    const known = groups.filter((group) => group !== undefined);
    if (known.length === 0 || known.length < groups.length) {
      throw invalidToken(`policies[${at}].permission_groups has an unknown group, or no group.`);
    }
    checkResources(at, known, resources, account);
    return {
      id: hexId(),
      effect,
      permission_groups: known.map(({ id, name }) => ({ id, name })),
      resources: resources as JsonObject,
    };
  });
}

function checkResources(
  at: number,
  groups: readonly PermissionGroup[],
  sent: unknown,
  account: string,
): void {
  const resources = isObject(sent) ? readResources(sent) : "resources";
  if (typeof resources === "string")
    throw invalidToken(`policies[${at}]: ${resources} is not a supported resource type.`);
  // `*` stays: it is this account alone for such a token.
  if (resources.some((one) => one.account !== "*" && one.account !== account)) {
    throw invalidToken(`policies[${at}]: a token of an account cannot have resources of another account.`);
  }
  const other = groups.find(({ scope }) => !resources.some((one) => one.scope === scope));
  if (other !== undefined) {
    throw invalidToken(`policies[${at}]: "${other.name}" cannot be granted on these resources.`);
  }
}

/** A policy that denies overrides those that allow. */
export function allows(policies: readonly Policy[], need: Need): boolean {
  const about = policies.filter((policy) => isAbout(policy, need));
  return about.length > 0 && about.every(({ effect }) => effect === "allow");
}

function isAbout({ permission_groups, resources }: Policy, need: Need): boolean {
  const read = readResources(resources);
  return permission_groups.some(({ id }) => {
    const group = findGroup(id);
    return (
      group !== undefined &&
      (group.product === need.product || isForRoutes(group, need)) &&
      group.level >= need.level &&
      typeof read !== "string" &&
      read.some((resource) => resource.scope === group.scope && covers(resource, need))
    );
  });
}

/** Cloudflare's page of roles names Zone Settings for routes. Workers Routes is the older permission, which still works. */
function isForRoutes(group: PermissionGroup, need: Need): boolean {
  return group.product === "zone_settings" && need.product === "routes";
}

function covers({ scope, account, id }: Resource, need: Need): boolean {
  const isSame = (own: string, wanted: string | undefined) =>
    wanted !== undefined && (own === "*" || own === wanted);
  switch (scope) {
    case "account":
      return isSame(account, need.account);
    case "script":
      return isSame(account, need.account) && isSame(id, need.script);
    case "zone":
      return isSame(id, need.zone);
  }
}

export function invalidToken(message: string): ApiError {
  return new ApiError(400, 1001, `Invalid token: ${message}`);
}
