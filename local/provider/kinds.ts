import { ACCOUNT_TOKEN } from "./account-token";
import { otherResource } from "./other-resource";
import type { ResourceKind } from "./resource";
import { restResource } from "./rest-resource";
import { workersScript } from "./script";
import { STORAGE_RESOURCES } from "./storage-table";
import { WORKERS_RESOURCES } from "./workers-table";

/** The resource types that are real here, by token. */
const KINDS: ReadonlyMap<string, ResourceKind> = new Map([
  ["cloudflare:index/workersScript:WorkersScript", workersScript],
  ["cloudflare:index/accountToken:AccountToken", restResource(ACCOUNT_TOKEN)],
  ...Object.entries({ ...WORKERS_RESOURCES, ...STORAGE_RESOURCES }).map(
    ([name, entry]) => [`cloudflare:index/${name}`, restResource(entry)] as const,
  ),
]);

export function kindOf(request: { getType(): string }): ResourceKind {
  return KINDS.get(request.getType()) ?? otherResource;
}
