import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { isObject } from "../../kit/json";

/**
 * Compares a stack's file before and after an edit by Pulumi. Pulumi writes only the top-level keys that it knows, so
 * editing one value can drop a key that another tool keeps there.
 *
 * @param own the config keys that the edit may change
 * @returns the names of all other keys that differ
 */
export function strayChanges(
  before: string,
  after: string,
  { project, own }: { project: string; own: readonly string[] },
): string[] {
  const was = entries(before, project);
  const is = entries(after, project);
  const mayChange = own.map((key) => nameOf(key, project));
  return [...new Set([...was.keys(), ...is.keys()])].filter(
    (name) => !mayChange.includes(name) && !isDeepStrictEqual(was.get(name), is.get(name)),
  );
}

/** All top-level keys and all keys of the config. */
function entries(text: string, project: string): Map<string, unknown> {
  const file: unknown = parse(text);
  const { config, ...others } = isObject(file) ? file : {};
  const inConfig = isObject(config) ? Object.entries(config) : [];
  return new Map([
    ...Object.entries(others),
    ...inConfig.map(([key, value]): [string, unknown] => [nameOf(key, project), value]),
  ]);
}

/** Pulumi reads `key`, `project:key` and `project:config:key` as the same key, and writes the second form. */
function nameOf(key: string, project: string): string {
  const [namespace = "", ...name] = key.replace(":config:", ":").split(":");
  return name.length === 0 ? `config ${project}:${namespace}` : `config ${namespace}:${name.join(":")}`;
}
