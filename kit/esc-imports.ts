import { parseDocument } from "yaml";
import { fullKey } from "./config-key";
import { isObject } from "./json";

/** The Pulumi ESC environments that a stack's file names. */
export interface EscEnvironments {
  readonly imports: readonly string[];
  /** Whether the file has an environment of its own too, which goes before those that it imports. */
  readonly isInline: boolean;
}

/**
 * Finds the Pulumi ESC environments that must have a key of a stack's config, because the stack's file has not.
 *
 * @param text the stack's file
 * @returns a function that takes the config keys that a name can mean; it returns undefined if the file has one of them, or
 *   no environment
 */
export function escImports(
  text: string,
  project: string,
): (...keys: readonly string[]) => EscEnvironments | undefined {
  const content: unknown = parseDocument(text).toJS();
  const { config, environment } = isObject(content) ? content : {};
  const { imports = environment, values } = isObject(environment) ? environment : {};
  const found = { imports: namesIn(imports), isInline: values !== undefined };
  if (found.imports.length === 0 && !found.isInline) return () => undefined;
  const own = isObject(config) ? Object.keys(config).map((name) => fullKey(name, project)) : [];
  return (...keys) => (keys.some((key) => own.includes(fullKey(key, project))) ? undefined : found);
}

/** An import with options is an object, whose one key is the name. */
function namesIn(imports: unknown): string[] {
  const list: unknown[] = Array.isArray(imports) ? imports : [];
  return list.flatMap((item) =>
    typeof item === "string" ? [item] : isObject(item) ? Object.keys(item) : [],
  );
}
