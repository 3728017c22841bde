import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import type { CheckedStore } from "./check";
import { listStores } from "./lookup";
import type { StoreGate } from "./store-gate";

/**
 * Finds the account's store, or declares one. The name tells which store is the stack's own, because a program cannot
 * know what is in the state: without it, the second deploy would find the store, not declare it, and so delete it.
 *
 * @param storeName the name of the stack's own store
 * @returns the store's id
 * @throws pulumi.RunError if the stores cannot be read
 */
export async function declareStore(
  parent: pulumi.ComponentResource,
  resourceName: string,
  { accountId, storeId }: CheckedStore,
  storeName: string,
  gate: StoreGate,
): Promise<pulumi.Output<string>> {
  if (storeId !== undefined || pulumi.isUnknown(accountId)) {
    return pulumi.output<string>(storeId ?? accountId);
  }
  const stores = await listStores(accountId, parent);
  const own = stores.find(({ name }) => name === storeName);
  const [other] = stores;
  if (own === undefined && other !== undefined) return pulumi.output(other.id);
  const hooks = gate.storeHooks(own);
  return new cloudflare.SecretsStore(resourceName, { accountId, name: storeName }, { parent, hooks }).id;
}
