import { previousName } from "../contract/previous-names";
import { previousSource } from "../worker-script/secret-texts";
import type { StoreSecret } from "./args";

/** A secret that the store gets. */
export interface DeclaredSecret extends Omit<StoreSecret, "previous"> {
  /** The name of the secret with its previous value, which comes before it in the list. */
  readonly previousName?: string;
}

/** Lists the secrets that the store gets: each declared one, after its previous value if there is one. */
export function declaredSecrets(secrets: readonly StoreSecret[]): DeclaredSecret[] {
  return secrets.flatMap(({ previous, ...secret }) => {
    if (previous === undefined) return [secret];
    const name = previousName(secret.name);
    const source = previousSource(secret.source);
    // The id of a live secret is that of the current value's only.
    return [
      { ...secret, name, text: previous, source, takeOver: undefined },
      { ...secret, previousName: name },
    ];
  });
}

/** The items of the argument `secrets`, without what the check refuses: what is no list, and null in it. */
export function secretsIn(list: unknown): StoreSecret[] {
  return Array.isArray(list) ? list.filter((secret): secret is StoreSecret => !!secret) : [];
}
