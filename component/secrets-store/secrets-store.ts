import "../debug-log";
import * as pulumi from "@pulumi/pulumi";
import type { InventoryEntry } from "../contract/inventory";
import { previousName } from "../contract/previous-names";
import { SECRETS_STORE } from "../contract/type-tokens";
import { failRunWith, unlessRefused } from "../refusal";
import type { StoreSecretReference } from "../worker-script/store-bindings";
import type { SecretsStoreArgs, StoreSecret } from "./args";
import { checkArgs } from "./check";
import { declareSecrets, type Stored } from "./declare-secrets";
import { declareStore } from "./declare-store";
import { declaredSecrets, secretsIn } from "./declared-secrets";
import { StoreGate } from "./store-gate";

/**
 * Secrets of the account's Secrets Store, which Workers share. A new value reaches every Worker that binds the secret,
 * without a deploy of it.
 *
 * Every value is sealed before the engine sees it, and each secret has its own line in the preview. All arguments are
 * checked before anything is sent. A live secret that this stack did not create stops the deploy, and others in the store
 * are left alone.
 *
 * @example
 * const store = new SecretsStore("shared", { accountId, secrets: [{ name: "api-key", ...configSecret("api-key") }] });
 * new WorkerScript("shop", {
 *   accountId,
 *   name: "shop",
 *   content,
 *   secretsStoreBindings: [{ name: "API_KEY", ...store.secret("api-key") }],
 * });
 */
export class SecretsStore<Name extends string = string> extends pulumi.ComponentResource {
  /** The store's id. */
  readonly storeId: pulumi.Output<string>;
  readonly #secrets: readonly StoreSecret[];
  readonly #stored: Promise<Stored>;

  /**
   * @param name the resource's name in the stack; the secrets appear under it in the preview
   * @param args the account and its secrets
   * @param opts the options that components have; to rename the resource, add an alias
   * @throws pulumi.RunError, through its outputs: it lists every wrong argument, and fails the run
   */
  constructor(
    private readonly name: string,
    args: SecretsStoreArgs<Name>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    // No inputs: the engine would record them unencrypted, even if the children seal theirs.
    super(SECRETS_STORE, name, {}, opts);
    this.#secrets = secretsIn(args.secrets);
    const gate = new StoreGate(
      this,
      name,
      this.#secrets.map((secret) => secret.name),
    );
    const storeName = args.name ?? `${pulumi.getProject()}-${pulumi.getStack()}`;
    const check = checkArgs(name, args);
    const store = check.then((known) => declareStore(this, name, known, storeName, gate));
    this.storeId = pulumi.output(store);
    this.#stored = check.then(({ accountId, secrets }) =>
      store.then(() => declareSecrets(this, name, secrets, { accountId, storeId: this.storeId }, gate)),
    );
    failRunWith(this.#stored);
    this.registerOutputs(
      unlessRefused(this.#stored, {
        accountId: args.accountId,
        storeId: this.storeId,
        // The run waits for it.
        inventory: pulumi
          .output(this.#stored.then(({ recorded }) => recorded))
          .apply(() => check.then(({ secrets }) => inventory(secrets))),
      }),
    );
  }

  /**
   * Returns what binds a secret of this store to a Worker, and its previous value while there is one.
   *
   * @param name one of the declared secrets, with the scope `workers`
   * @throws pulumi.RunError if it is not
   * @example
   * secretsStoreBindings: [{ name: "API_KEY", ...store.secret("api-key") }]
   */
  secret(name: Name): StoreSecretReference {
    const secret = this.#secrets.find((declared) => declared.name === name);
    if (secret?.scopes?.includes("workers") === false || secret === undefined) {
      const names = this.#secrets.map((declared) => declared.name).join(", ");
      throw new pulumi.RunError(
        `SecretsStore "${this.name}": secret(${JSON.stringify(name)}): expected one of its secrets (${names}) with the ` +
          "scope workers. Declare it in secrets, or bind a secret of another owner with storeId and secretName.",
      );
    }
    const nameOf = (secretName: string) => this.#stored.then(({ names }) => names.get(secretName));
    return {
      storeId: this.storeId,
      secretName: pulumi.output(nameOf(name).then((known) => known as pulumi.Output<string>)),
      ...(secret.previous !== undefined && { previous: nameOf(previousName(name)) }),
    };
  }
}

/** Lists the secrets, without values. */
function inventory(secrets: readonly StoreSecret[]): InventoryEntry[] {
  return declaredSecrets(secrets).map(({ name, source, version, maxAge }) => ({
    name,
    type: "store_secret",
    source,
    version,
    maxAge,
  }));
}
