import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { fullKey } from "../config-key";
import { isObject } from "../json";

interface Edit {
  readonly project: string;
  /** The config keys that the edit may change. */
  readonly own: readonly string[];
}

/** @throws Error that names what an edit by Pulumi would change in a stack's file without being asked to */
export function refuseStrayChanges(file: string, before: string, after: string, edit: Edit): void {
  const stray = strayChanges(before, after, edit);
  if (stray.length > 0) {
    throw new Error(
      `Pulumi would change more of ${path.basename(file)} than asked: ${stray.join(", ")}. Nothing was changed. Pulumi ` +
        "drops top-level keys that it does not know: move them to another file.",
    );
  }
}

/**
 * Compares a stack's file before and after an edit by Pulumi. Pulumi writes only the top-level keys that it knows, so
 * editing one value can drop a key that another tool keeps there.
 *
 * @returns the names of the keys that differ and are not the edit's own
 */
export function strayChanges(before: string, after: string, { project, own }: Edit): string[] {
  const was = entries(before, project);
  const is = entries(after, project);
  const mayChange = own.map((key) => `config ${fullKey(key, project)}`);
  return [...new Set([...was.keys(), ...is.keys()])].filter(
    (name) => !mayChange.includes(name) && !isDeepStrictEqual(was.get(name), is.get(name)),
  );
}

/** All top-level keys and all keys of the config. */
function entries(text: string, project: string): Map<string, unknown> {
  // Pulumi keeps every digit.
  const file: unknown = parse(text, { intAsBigInt: true });
  const { config, ...others } = isObject(file) ? file : {};
  const inConfig = isObject(config) ? Object.entries(config) : [];
  return new Map([
    ...Object.entries(others),
    ...inConfig.map(([key, value]): [string, unknown] => [`config ${fullKey(key, project)}`, asText(value)]),
  ]);
}

/** Pulumi reads a number or a boolean of the config as text, and writes it as text. */
function asText(value: unknown): unknown {
  return ["boolean", "number", "bigint"].includes(typeof value) ? String(value) : value;
}
