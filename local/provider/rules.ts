import { unknownValue } from "@pulumi/pulumi/runtime";
import { isObject, type Properties } from "./values";

/** A rule for one input; in `path`, `[]` stands for each item of a list, and `{}` for each value of a map. */
export interface Rule {
  readonly path: string;
  /** The rest of a sentence that begins with the path. */
  readonly must: string;
  /** Tests a value, beside all inputs. It is not called for values that are unknown during a preview. */
  readonly accepts: (value: unknown, inputs: Properties) => boolean;
}

export interface Violation {
  /** The path with the indexes of lists and the keys of maps. */
  readonly property: string;
  readonly reason: string;
}

export function oneOf(path: string, ...values: readonly string[]): Rule {
  const known = new Set(values.map((value) => value.toLowerCase()));
  return {
    path,
    must: `must be one of ${values.join(", ")}`,
    accepts: (value) => isAbsent(value) || (typeof value === "string" && known.has(value.toLowerCase())),
  };
}

export function jsonText(path: string, example: string): Rule {
  return {
    path,
    must: `must be JSON text, such as ${example}`,
    accepts: (value) => isAbsent(value) || (typeof value === "string" && isJson(value)),
  };
}

export function required(path: string): Rule {
  return { path, must: "is required", accepts: (value) => !isAbsent(value) };
}

/** Lists every input that breaks a rule: its path and the accepted values, never its own value. */
export function violations(inputs: Properties, rules: readonly Rule[]): Violation[] {
  return rules.flatMap(({ path, must, accepts }) =>
    valuesAt(inputs, path.split(/\.|(?=\[\])/))
      .filter(([, value]) => value !== unknownValue && !accepts(value, inputs))
      .map(([property]) => ({ property, reason: `${property} ${must}` })),
  );
}

/** Returns the values at a path, each with its indexed path. An absent or unknown parent yields nothing. */
function valuesAt(parent: unknown, [step, ...rest]: readonly string[], at = ""): [string, unknown][] {
  if (step === undefined) return [[at, parent]];
  if (step === "[]") {
    const items: unknown[] = Array.isArray(parent) ? parent : [];
    return items.flatMap((item, index) => valuesAt(item, rest, `${at}[${index}]`));
  }
  if (step === "{}") {
    const entries = isObject(parent) ? Object.entries(parent) : [];
    return entries.flatMap(([key, item]) => valuesAt(item, rest, `${at}[${JSON.stringify(key)}]`));
  }
  return isObject(parent) ? valuesAt(parent[step], rest, at === "" ? step : `${at}.${step}`) : [];
}

export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
