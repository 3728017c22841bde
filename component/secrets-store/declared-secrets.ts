import type { Input } from "@pulumi/pulumi";
import { previousName } from "../contract/previous-names";
import type { SourceVersion } from "../contract/secret-value";
import { previousSource } from "../worker-script/secret-texts";
import type { StoreSecret } from "./args";

/** A secret that the store gets. */
export interface DeclaredSecret extends Omit<
  StoreSecret,
  "text" | "previous" | "version" | "previousVersion"
> {
  readonly text: Input<string>;
  readonly version: SourceVersion | undefined;
  /** The name of the secret with its previous value, which comes before it in the list. */
  readonly previousName?: string;
}

/**
 * Lists the secrets that the store gets: each declared one, after its previous value if there is one.
 *
 * @param secrets the declared ones once sources have answered, so that no value is a promise
 */
export function declaredSecrets(secrets: readonly StoreSecret[]): DeclaredSecret[] {
  return secrets.flatMap(({ previous, previousVersion, ...secret }) => {
    const text = secret.text as Input<string>;
    const version = secret.version as SourceVersion | undefined;
    if (previous === undefined) return [{ ...secret, text, version }];
    const name = previousName(secret.name);
    const before = { text: previous as Input<string>, version: previousVersion as SourceVersion | undefined };
    // The id of a live secret is that of the current value's only.
    const own = { name, source: previousSource(secret.source), takeOver: undefined };
    return [
      { ...secret, ...before, ...own },
      { ...secret, text, version, previousName: name },
    ];
  });
}

/** The items of the argument `secrets`, without what the check refuses: what is no list, and null in it. */
export function secretsIn(list: unknown): StoreSecret[] {
  return Array.isArray(list) ? list.filter((secret): secret is StoreSecret => !!secret) : [];
}
