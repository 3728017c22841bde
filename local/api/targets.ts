import { optionalString } from "../../kit/json";
import { targetOf } from "../runtime/bindings";
import type { Binding } from "../runtime/code";
import type { Exports } from "../runtime/exports";
import { ApiError } from "./envelope";
import type { Resources } from "./resources";

/** What a binding of one type needs besides Workers. */
interface Needed {
  readonly what: string;
  /** Cloudflare's code for one that does not exist. */
  readonly code: number;
  /** The field that names it. */
  readonly id: (binding: Binding) => unknown;
  readonly has: (resources: Resources, account: string, id: string, binding: Binding) => boolean;
}

/** By the type of the binding. Users have reported the first four codes. The last one is a guess. */
const NEEDED: Readonly<Record<string, Needed>> = {
  kv_namespace: {
    what: "KV namespace",
    code: 10041,
    id: ({ namespace_id }) => namespace_id,
    has: ({ kvNamespaces }, account, id) => kvNamespaces.find(account, id) !== undefined,
  },
  d1: {
    what: "D1 database",
    code: 10181,
    id: ({ id, database_id }) => id ?? database_id,
    has: ({ d1Databases }, account, id) => d1Databases.find(account, id) !== undefined,
  },
  r2_bucket: {
    what: "R2 bucket",
    code: 10085,
    id: ({ bucket_name }) => bucket_name,
    has: ({ r2Buckets }, account, id) => r2Buckets.find(account, id) !== undefined,
  },
  queue: {
    what: "queue",
    code: 11000,
    id: ({ queue_name }) => queue_name,
    has: (resources, account, id) => resources.findQueue(account, id) !== undefined,
  },
  secrets_store_secret: {
    what: "secret of a Secrets Store",
    code: 10182,
    id: ({ secret_name }) => secret_name,
    has: (resources, account, id, { store_id }) =>
      resources.secretValue(account, String(store_id), id) !== undefined,
  },
};

/** Refuses a binding to a resource that the account does not have. */
export function checkResources(bindings: readonly Binding[], resources: Resources, account: string): void {
  for (const binding of bindings) {
    const needed = NEEDED[binding.type];
    if (needed === undefined) continue;
    const id = optionalString(needed.id(binding)) ?? "";
    if (needed.has(resources, account, id, binding)) continue;
    throw new ApiError(
      400,
      needed.code,
      `Could not resolve the binding '${binding.name}': the ${needed.what} '${id}' was not found in this account.`,
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
