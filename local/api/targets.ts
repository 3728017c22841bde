import { optionalString } from "../../kit/json";
import { targetOf } from "../runtime/bindings";
import type { Binding } from "../runtime/code";
import type { Exports } from "../runtime/exports";
import { ApiError } from "./envelope";
import type { Resources } from "./resources";

type Check = (resources: Resources, account: string, binding: Binding) => boolean;

/**
 * What a binding needs besides Workers, by type: the field that names it, whether it exists, Cloudflare's code for
 * one that does not, and its words. Users have reported the first four codes. The last one is a guess.
 */
const RESOURCES: Readonly<
  Record<string, readonly [exists: Check, code: number, what: string, field: string]>
> = {
  kv_namespace: [
    ({ kvNamespaces }, account, { namespace_id: id }) => kvNamespaces.find(account, String(id)) !== undefined,
    10041,
    "KV namespace",
    "namespace_id",
  ],
  d1: [
    ({ d1Databases }, account, { id, database_id }) =>
      d1Databases.find(account, String(id ?? database_id)) !== undefined,
    10181,
    "D1 database",
    "id",
  ],
  r2_bucket: [
    ({ r2Buckets }, account, { bucket_name: name }) => r2Buckets.find(account, String(name)) !== undefined,
    10085,
    "R2 bucket",
    "bucket_name",
  ],
  queue: [
    (resources, account, { queue_name: name }) => resources.findQueue(account, String(name)) !== undefined,
    11000,
    "queue",
    "queue_name",
  ],
  secrets_store_secret: [
    (resources, account, { store_id: store, secret_name: name }) =>
      resources.secretValue(account, String(store), String(name)) !== undefined,
    10182,
    "secret of a Secrets Store",
    "secret_name",
  ],
};

/** Refuses a binding to a resource that the account does not have. */
export function checkResources(bindings: readonly Binding[], resources: Resources, account: string): void {
  for (const binding of bindings) {
    const [exists, code, what, field = ""] = RESOURCES[binding.type] ?? [];
    if (exists === undefined || code === undefined || exists(resources, account, binding)) continue;
    const id = optionalString(binding[field]) ?? "";
    throw new ApiError(
      400,
      code,
      `Could not resolve the binding '${binding.name}': the ${what ?? ""} '${id}' was not found in this account.`,
    );
  }
}

/** Refuses the bindings of the Worker `self` to a Worker that does not exist, or to what that one does not export. */
export function checkWorkers(
  bindings: readonly Binding[],
  self: string,
  find: (script: string) => Exports | undefined,
): void {
  for (const binding of bindings) {
    const target = targetOf(binding) ?? (binding.type === "workflow" ? self : undefined);
    if (target === undefined) continue;
    const exports = find(target);
    if (exports === undefined) {
      throw new ApiError(
        400,
        10143,
        `Could not resolve the binding '${binding.name}': the Worker '${target}' does not exist. Deploy it first.`,
      );
    }
    const part = optionalString(binding["entrypoint"] ?? binding["class_name"]);
    if (part !== undefined && part !== "default" && !exports.named.some(({ name }) => name === part)) {
      throw new ApiError(
        400,
        10144,
        `Could not resolve the binding '${binding.name}': the Worker '${target}' exports no '${part}'.`,
      );
    }
  }
}
