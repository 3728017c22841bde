import { ApiError, invalid } from "./envelope";
import { isObject, optionalString } from "../../kit/json";
import { isKnown } from "../runtime/bindings";
import type { Binding } from "../runtime/code";
import { maskSecrets } from "../mask";

const MAX_VARIABLES = 128;
const MAX_VALUE_BYTES = 5 * 1024;
/** The field that carries the value of a variable or a secret, by type of binding. */
const VALUE_FIELD = new Map([
  ["plain_text", "text"],
  ["secret_text", "text"],
  ["json", "json"],
  ["secret_key", "key_jwk"],
]);
export const SECRET_TYPES = ["secret_text", "secret_key"];

export const isSecret = ({ type }: Binding): boolean => SECRET_TYPES.includes(type);

/** A binding as a response shows it. A secret has its name and type only. */
export const shown = (binding: Binding): Binding =>
  isSecret(binding) ? { name: binding.name, type: binding.type } : binding;

/** The texts that hold a secret's value, by the secret's name. */
export function secretTexts(bindings: readonly Binding[]): Map<string, string[]> {
  const secrets = bindings.filter(isSecret).map(({ name, text, key_base64, key_jwk }) => {
    const values = [text, key_base64, key_jwk].filter((value) => value !== undefined);
    return [
      name,
      values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))),
    ] as const;
  });
  return new Map(secrets);
}

/** Masks secrets in an error from a starting Worker, which may quote them. */
export function withoutSecrets(message: string, bindings: readonly Binding[]): string {
  return maskSecrets(message, [...secretTexts(bindings).values()].flat());
}

/**
 * The bindings of a new version: those that were sent, then those kept from the latest version.
 *
 * @param isStrict refuses an `inherit` binding that inherits nothing; without it, Cloudflare drops the binding
 */
export function resolve(
  sent: unknown,
  keep: readonly string[],
  latest: readonly Binding[],
  isStrict = false,
): Binding[] {
  const declared = toBindings(sent).flatMap((binding) =>
    binding.type === "inherit" ? inherited(binding, latest, isStrict) : binding,
  );
  const names = new Set(declared.map(({ name }) => name));
  if (names.size < declared.length)
    throw invalid(
      `Binding name '${duplicate(declared)}' already in use. Please use a different name and try again.`,
    );
  const kept = latest.filter(({ name, type }) => keep.includes(type) && !names.has(name));
  const all = [...declared, ...kept];
  checkLimits(all);
  return all;
}

function toBindings(sent: unknown): Binding[] {
  if (sent === undefined || sent === null) return [];
  if (!Array.isArray(sent)) throw invalid("'bindings' is not a list.");
  return sent.map((value: unknown) => {
    if (!isObject(value) || typeof value["name"] !== "string" || typeof value["type"] !== "string") {
      throw invalid("Each binding has a 'name' and a 'type'.");
    }
    const { name, type } = value;
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) {
      throw invalid(`Binding name '${name}' is not a valid JavaScript variable name.`);
    }
    if (name === "__proto__") throw invalid("Binding name '__proto__' is not allowed.");
    const binding = { ...value, name, type };
    if (type !== "inherit" && !isKnown(binding)) {
      throw invalid(`Binding '${name}' has the type '${type}', which does not exist.`);
    }
    return binding;
  });
}

function inherited(binding: Binding, latest: readonly Binding[], isStrict: boolean): Binding[] {
  const source = optionalString(binding["old_name"]) ?? binding.name;
  const found = latest.find(({ name }) => name === source);
  if (found === undefined) {
    if (!isStrict) return [];
    throw new ApiError(
      400,
      10057,
      `inherit binding '${binding.name}' is invalid: there is no binding '${source}' to inherit.`,
    );
  }
  return [{ ...found, name: binding.name }];
}

function checkLimits(bindings: readonly Binding[]): void {
  const variables = bindings.filter(({ type }) => VALUE_FIELD.has(type));
  if (variables.length > MAX_VARIABLES) {
    throw new ApiError(
      400,
      10055,
      `Too many environment variables and secrets: ${variables.length}, and at most ${MAX_VARIABLES} are allowed per Worker.`,
    );
  }
  for (const { name, type, ...fields } of variables) {
    const value = fields[VALUE_FIELD.get(type) ?? ""];
    if (type.endsWith("_text") && typeof value !== "string")
      throw invalid(`Binding '${name}' of type ${type} has no 'text'.`);
    if (type === "json" && value === undefined)
      throw invalid(`Binding '${name}' of type json has no 'json'.`);
    const bytes = Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value ?? ""));
    if (bytes > MAX_VALUE_BYTES) {
      throw new ApiError(
        400,
        10054,
        `Binding '${name}' is too large: ${bytes} bytes, and at most ${MAX_VALUE_BYTES} are allowed.`,
      );
    }
  }
}

function duplicate(bindings: readonly Binding[]): string {
  const names = bindings.map(({ name }) => name);
  return names.find((name, at) => names.indexOf(name) !== at) ?? "";
}
