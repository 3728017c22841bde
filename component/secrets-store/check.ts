import { claim } from "../claim";
import { keepsValues } from "../contract/kept-values";
import { SECRET_VALUES_KEY } from "../contract/kept-values-setting";
import { plainInputs, serializeInputs } from "../inputs";
import { refuse } from "../refusal";
import { awaitSources } from "../source-values";
import type { SecretsStoreArgs, StoreSecret } from "./args";
import { findProblems, findReadableSecrets, type ResolvedArgs } from "./rules";

/** The arguments of a store once they are known. In a preview an id may be `pulumi.unknown`. */
export interface CheckedStore {
  readonly accountId: string;
  /** Undefined if the store has to be looked up. */
  readonly storeId?: string;
  /** With what sources have answered. */
  readonly secrets: readonly StoreSecret[];
}

/**
 * Waits for all arguments and checks them.
 *
 * @throws pulumi.RunError that lists every problem at once
 */
export async function checkArgs(resourceName: string, args: SecretsStoreArgs): Promise<CheckedStore> {
  const [rivals, { list: secrets, problems }] = await Promise.all([
    claim(resourceName, ["SecretsStore", args.accountId]),
    awaitSources("secrets", args.secrets),
  ]);
  const serialized = await serializeInputs({ ...args, secrets });
  const resolved = plainInputs(serialized) as ResolvedArgs;
  const title = `SecretsStore "${resourceName}"`;
  // Without values, every other problem of the secrets would be a consequence.
  if (keepsValues()) refuse(title, [NEEDS_VALUES]);
  refuse(title, [
    ...findProblems(resolved),
    ...problems,
    ...findReadableSecrets(serialized as ResolvedArgs),
    ...(await rivals()).map(sameAccount),
  ]);
  return { ...(resolved as unknown as CheckedStore), secrets };
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
