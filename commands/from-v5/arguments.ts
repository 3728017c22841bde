import { declaredNames, type Look } from "./live";
import type { V5Script, V5Worker } from "./workers";

/** The day before the first change that a compatibility date switches on in workerd. */
const BEFORE_ALL_CHANGES = "2021-11-02";

/**
 * The `new WorkerScript(...)` that takes a Worker of v5 over, a line each.
 *
 * @param keyOf the config key that has the value of a secret; one that it does not know has to be set first
 */
export function newArguments(worker: V5Worker, live: Look, keyOf: (name: string) => string): string[] {
  const { accountId, script, resource, secrets, declared } = worker;
  const names = new Set(declaredNames(worker));
  const inherited =
    typeof live === "string" ? [] : [...live.keys()].filter((name) => !names.has(name)).sort();
  const overwrites = typeof live !== "string" && secrets.some(({ name }) => live.has(name));
  const lines = [
    ...(accountId === undefined ? ["accountId, // as in v5"] : [`accountId: ${text(accountId)},`]),
    `name: ${text(script)},`,
    `content, // ${declared === undefined ? "the Worker's code, which v5 did not declare" : "as in v5"}`,
    ...(declared === undefined ? [] : settings(declared)),
    ...list(
      "secretTextBindings",
      secrets.map(({ name }) => `{ name: ${text(name)}, ...configSecret(${text(keyOf(name))}) }`),
    ),
    ...variables(declared),
    ...list(
      "bindings",
      (declared?.bindings ?? []).map((binding) => {
        const fields = Object.entries(binding).map(([field, value]) => `${field}: ${text(value)}`);
        return `{ ${fields.join(", ")} }`;
      }),
    ),
    ...(inherited.length > 0 ? [`inheritedSecrets: [${inherited.map(text).join(", ")}],`] : []),
    ...(live === "absent" ? [] : ["takeOver: true, // for the first deploy only"]),
    ...(overwrites ? ['undeclaredSecrets: "delete", // for the first deploy only'] : []),
  ];
  return [`new WorkerScript(${text(resource)}, {`, ...lines.map((line) => `  ${line}`), "});"];
}

/** Their texts are in the program. Here they could be a secret that should never have been a variable. */
function variables(declared: V5Script | undefined): string[] {
  const { variables: names = [] } = declared ?? {};
  return names.length === 0 ? [] : [`plainTextBindings, // as in v5: ${names.join(", ")}`];
}

function settings(script: V5Script): string[] {
  const { compatibilityDate, compatibilityFlags, isModule, logpush, placement } = script;
  return [
    // v5's default is a service worker.
    ...(isModule ? [] : ["module: false,"]),
    compatibilityDate === undefined
      ? `compatibilityDate: ${text(BEFORE_ALL_CHANGES)}, // v5 set none: this date changes nothing`
      : `compatibilityDate: ${text(compatibilityDate)},`,
    ...(compatibilityFlags.length > 0
      ? [`compatibilityFlags: [${compatibilityFlags.map(text).join(", ")}],`]
      : []),
    ...(logpush ? ["logpush: true,"] : []),
    ...(placement === undefined ? [] : [`placement: { mode: ${text(placement)} },`]),
  ];
}

function list(argument: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${argument}: [`, ...items.map((item) => `  ${item},`), "],"];
}

function text(value: string): string {
  return JSON.stringify(value);
}
