import type { Input, Output } from "@pulumi/pulumi";
import { previousName } from "../contract/previous-names";
import { flatMapInputs, whenResolved } from "../inputs";
import type { WorkerScriptArgs } from "./args";

/** Names a secret of the account's Secrets Store: what `secret` of a `SecretsStore` returns for a binding. */
export interface StoreSecretReference {
  /** The store's id: 32 hexadecimal digits, as `npx wrangler secrets-store store list --remote` prints it. */
  storeId: Input<string>;
  /** The name of the secret in the store. It must have the scope `workers`. */
  secretName: Input<string>;
  /**
   * The name of the store's secret that holds the value from before a rotation. While it is given, the Worker has it too,
   * as `<name>_PREVIOUS`. Default: none. A promise of `undefined` stands for no name.
   */
  previous?: Input<string> | Promise<Output<string> | undefined> | undefined;
}

/** A secret of the Secrets Store, which the Worker reads with `await env.<name>.get()`. */
export interface SecretsStoreBinding extends StoreSecretReference {
  /** The name under which the Worker sees the secret: see `SecretTextBinding.name`. */
  name: Input<string>;
}

interface StoreBinding {
  readonly name: Input<string>;
  readonly type: "secrets_store_secret";
  readonly storeId: Input<string>;
  readonly secretName: Input<string>;
}

/**
 * Lists the Worker's bindings to secrets of a Secrets Store: each declared one, and its previous value if there is one.
 *
 * @param args the arguments once sources have answered, so that no name is a promise
 */
export function storeBindings({
  secretsStoreBindings,
}: Pick<WorkerScriptArgs, "secretsStoreBindings">): Input<Input<StoreBinding>[]> {
  return flatMapInputs(secretsStoreBindings, ({ name, storeId, secretName, previous }) => {
    const type = "secrets_store_secret";
    const current = { name, type, storeId, secretName } as const;
    return previous === undefined
      ? [current]
      : [
          current,
          { name: whenResolved(name, previousName), type, storeId, secretName: previous as Input<string> },
        ];
  });
}
