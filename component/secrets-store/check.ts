import { claim } from "../claim";
import { plainInputs, serializeInputs } from "../inputs";
import { refuse } from "../refusal";
import type { SecretsStoreArgs } from "./args";
import { findProblems, findReadableSecrets, type ResolvedArgs } from "./rules";

/** What identifies a store. In a preview both may be `pulumi.unknown`. */
export interface StoreIds {
  readonly accountId: string;
  /** Undefined if the store has to be looked up. */
  readonly storeId?: string;
}

/**
 * Waits for all arguments and checks them.
 *
 * @throws pulumi.RunError that lists every problem at once
 */
export async function checkArgs(resourceName: string, args: SecretsStoreArgs): Promise<StoreIds> {
  const [rivals, serialized] = await Promise.all([
    claim(resourceName, ["SecretsStore", args.accountId]),
    serializeInputs(args),
  ]);
  const resolved = plainInputs(serialized) as ResolvedArgs;
  refuse(`SecretsStore "${resourceName}"`, [
    ...findProblems(resolved),
    ...findReadableSecrets(serialized as ResolvedArgs),
    ...(await rivals()).map(sameAccount),
  ]);
  return resolved as unknown as StoreIds;
}

function sameAccount(rival: string): string {
  return (
    `accountId: expected an account of its own, but SecretsStore "${rival}" has the same, and an account has one store. ` +
    "Declare all of its secrets in one SecretsStore."
  );
}
