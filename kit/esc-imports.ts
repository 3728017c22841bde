import { parseDocument } from "yaml";
import { fullKey } from "./config-key";
import { isObject } from "./json";

/**
 * Finds the Pulumi ESC environments that must have a key of a stack's config, because the stack's file has not.
 *
 * @param text the stack's file
 * @returns a function that takes the config keys that a name can mean, and returns the names of the environments: an empty
 *   list if they are in the file itself, undefined if the file has one of the keys, or imports nothing
 */
export function escImports(
  text: string,
  project: string,
): (...keys: readonly string[]) => readonly string[] | undefined {
  const content: unknown = parseDocument(text).toJS();
  const { config, environment } = isObject(content) ? content : {};
  if (environment === undefined || environment === null) return () => undefined;
  const own = isObject(config) ? Object.keys(config).map((name) => fullKey(name, project)) : [];
  const names = namesIn(environment);
  return (...keys) => (keys.some((key) => own.includes(fullKey(key, project))) ? undefined : names);
}

/** The file has a list of imports, or an environment of its own, which may have `imports`. */
function namesIn(environment: unknown): string[] {
  if (isObject(environment)) return namesIn(environment["imports"]);
  // An import with options is an object, whose one key is the name.
  const imports: unknown[] = Array.isArray(environment) ? environment : [];
  return imports.flatMap((item) =>
    typeof item === "string" ? [item] : isObject(item) ? Object.keys(item) : [],
  );
}
