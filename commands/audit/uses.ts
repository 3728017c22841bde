import { previousKey, previousName } from "../../component/contract/previous-names";
import { configKey, parseSource } from "../../component/contract/source";
import type { AuditedSecret, Report } from "./report";

/**
 * Reduces the report to the uses of a secret: bindings of that name or from a source of that name, its previous value
 * during a rotation, and secrets that are known to have the same value.
 */
export function usesOf({ secrets, environments, ...report }: Report, name: string): Report {
  const bindings = [name, previousName(name)];
  const keys = [name, previousKey(name)];
  const named = new Set(
    secrets.filter(
      ({ binding, source }) =>
        bindings.includes(binding) || source === name || keys.includes(keyOf(source) ?? ""),
    ),
  );
  const shared = new Set([...named].flatMap(({ sharedWith }) => sharedWith));
  const uses = secrets.filter(
    (secret) => named.has(secret) || shared.has(`${secret.environment}/${secret.worker}/${secret.binding}`),
  );
  const having = new Set(uses.map(({ environment }) => environment));
  return { ...report, secrets: uses, environments: environments.filter((stack) => having.has(stack)) };
}

/** Lists the existing names. The argument is not repeated, because it may be a value by mistake. */
export function noneNamed(secrets: readonly AuditedSecret[]): string {
  const names = new Set(secrets.flatMap(({ binding, source }) => [binding, keyOf(source) ?? binding]));
  return `No secret has this name. The names are: ${[...names].sort().join(", ") || "none"}.`;
}

/** The key by which the program reads it from the stack's config. */
function keyOf(source: string): string | undefined {
  const parsed = parseSource(source);
  return parsed.kind === "esc" ? parsed.key : configKey(source);
}
