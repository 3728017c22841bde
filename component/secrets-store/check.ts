import { claim } from "../claim";
import { keepsValues } from "../contract/kept-values";
import { SECRET_VALUES_KEY } from "../contract/kept-values-setting";
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
  const title = `SecretsStore "${resourceName}"`;
  // Without values, every other problem of the secrets would be a consequence.
  if (keepsValues()) refuse(title, [NEEDS_VALUES]);
  refuse(title, [
    ...findProblems(resolved),
    ...findReadableSecrets(serialized as ResolvedArgs),
    ...(await rivals()).map(sameAccount),
  ]);
  return resolved as unknown as StoreIds;
}

const NEEDS_VALUES =
  `secrets: expected a stack that sends values, but ${SECRET_VALUES_KEY} is keep, and a store has none to keep for a ` +
  "deploy. Declare the store in a stack of its own, which sends them, and bind its secrets here with storeId and secretName.";

function sameAccount(rival: string): string {
  return (
    `accountId: expected an account of its own, but SecretsStore "${rival}" has the same, and an account has one store. ` +
    "Declare all of its secrets in one SecretsStore."
  );
}
