import { fullKey } from "./config-key";
import { isObject } from "./json";

/** A value in a stack's config: a key, and the names and indexes that lead into its value, if any. */
export interface Place {
  readonly key: string;
  readonly path: readonly (string | number)[];
}

/** The whole, or what is at a path in it; undefined if nothing is. */
export function valueAt(whole: unknown, path: Place["path"]): unknown {
  return path.reduce((value, step) => {
    if (Array.isArray(value)) return typeof step === "number" ? (value as unknown[])[step] : undefined;
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, whole);
}

/**
 * How a stack's file holds a value: encrypted, as one text in clear, as an object or a list, or as a part of one text,
 * which Pulumi replaces if it sets the part.
 */
export type Kept = "secure" | "plain" | "structured" | "in secure text" | "in plain text";

/**
 * Finds how the config in a stack's file holds its values. Nothing is decrypted.
 *
 * @param config the parsed `config` of the file
 * @returns a function that takes a place, and returns undefined if it has no value
 */
export function keptIn(config: unknown, project: string): (place: Place) => Kept | undefined {
  const entries = isObject(config) ? Object.entries(config) : [];
  const values = new Map(entries.map(([key, value]) => [fullKey(key, project), value]));
  return ({ key, path }) => {
    const root = values.get(fullKey(key, project));
    if (path.length === 0) return root === undefined ? undefined : keptAs(root);
    for (let steps = 0; steps < path.length; steps++) {
      const as = keptAs(valueAt(root, path.slice(0, steps)));
      if (as !== "structured") return as && `in ${as} text`;
    }
    const value = valueAt(root, path);
    return value === null ? undefined : keptAs(value);
  };
}

/** @returns undefined if there is no value */
function keptAs(value: unknown): "secure" | "plain" | "structured" | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null) return "plain";
  return isSecure(value) ? "secure" : "structured";
}

/** As Pulumi decides it: an object with other keys besides `secure` is an object, and one with that key alone is reserved. */
export function isSecure(value: unknown): boolean {
  return isObject(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1;
}
