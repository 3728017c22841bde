import { configKey } from "./changes";
import type { AuditedSecret } from "./report";

/**
 * Where a secret is used: as a binding of that name or from a source of that name, and wherever the value is known to
 * be the same.
 */
export function usesOf(secrets: readonly AuditedSecret[], name: string): AuditedSecret[] {
  const named = new Set(
    secrets.filter(
      ({ binding, source }) => binding === name || source === name || configKey(source) === name,
    ),
  );
  const shared = new Set([...named].flatMap(({ sharedWith }) => sharedWith));
  return secrets.filter(
    (secret) => named.has(secret) || shared.has(`${secret.environment}/${secret.worker}/${secret.binding}`),
  );
}

/** Says which names there are. */
export function noneNamed(secrets: readonly AuditedSecret[], name: string): string {
  const names = new Set(secrets.flatMap(({ binding, source }) => [binding, configKey(source) ?? binding]));
  return `No secret has the name ${name}. The names are: ${[...names].sort().join(", ") || "none"}.`;
}
