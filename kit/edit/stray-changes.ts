import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { fullKey } from "../config-key";
import { isSecure, type Place, valueAt } from "../config-place";
import { isObject, type JsonObject } from "../json";

interface Edit {
  readonly project: string;
  /** What the edit may change. */
  readonly own: readonly Place[];
}

/** @throws Error that names what an edit by Pulumi would change in a stack's file without being asked to */
export function refuseStrayChanges(file: string, before: string, after: string, edit: Edit): void {
  const stray = strayChanges(before, after, edit);
  if (stray.length > 0) {
    throw new Error(
      `Pulumi would change more of ${path.basename(file)} than asked: ${stray.join(", ")}. Nothing was changed. Pulumi ` +
        "drops top-level keys that it does not know: move them to another file. In objects and lists, it rewrites dates and " +
        "some numbers: put them in quotes.",
    );
  }
}

/**
 * Compares a stack's file before and after an edit by Pulumi. Pulumi writes only the top-level keys that it knows, so
 * editing one value can drop a key that another tool keeps there. It also writes all objects again, and so a date or a large
 * number in them as another one.
 *
 * @returns the names of what differs and is not the edit's own
 */
export function strayChanges(before: string, after: string, { project, own }: Edit): string[] {
  const was = entries(before, project);
  const is = entries(after, project);
  for (const { key, path: steps } of own) {
    for (const file of [was, is]) takeOut(file, [`config ${fullKey(key, project)}`, ...steps]);
  }
  return differences(was, is);
}

/** All top-level keys and all keys of the config. */
function entries(text: string, project: string): JsonObject {
  // Pulumi keeps every digit.
  const file: unknown = parse(text, { intAsBigInt: true });
  const { config, ...others } = isObject(file) ? file : {};
  const inConfig = isObject(config) ? Object.entries(config) : [];
  return {
    ...others,
    ...Object.fromEntries(inConfig.map(([key, value]) => [`config ${fullKey(key, project)}`, asText(value)])),
  };
}

/** Pulumi reads a number or a boolean of the config as text, and writes it as text. */
function asText(value: unknown): unknown {
  return ["boolean", "number", "bigint"].includes(typeof value) ? String(value) : value;
}

/** Takes a value out, and the objects and lists in which it was the only one. */
function takeOut(whole: unknown, steps: Place["path"]): void {
  const [last = ""] = steps.slice(-1);
  const holder = valueAt(whole, steps.slice(0, -1));
  if (Array.isArray(holder)) {
    // The items after it keep their places.
    if (Number(last) < holder.length) holder[Number(last)] = undefined;
    while (holder.length > 0 && holder.at(-1) === undefined) holder.pop();
  } else if (isObject(holder) && !isSecure(holder)) {
    Reflect.deleteProperty(holder, last);
  } else {
    return;
  }
  if (Object.keys(holder).length === 0 && steps.length > 1) takeOut(whole, steps.slice(0, -1));
}

/** @param name of what is compared; of a part of it, with the path */
function differences(was: unknown, is: unknown, name = ""): string[] {
  if (isDeepStrictEqual(was, is)) return [];
  const [one, other] = [partsOf(was), partsOf(is)];
  if (one === undefined || other === undefined || Array.isArray(was) !== Array.isArray(is)) return [name];
  const steps = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...steps].flatMap((step) =>
    differences(
      one[step],
      other[step],
      name === "" ? step : Array.isArray(was) ? `${name}[${step}]` : `${name}.${step}`,
    ),
  );
}

/** The values in an object or a list; undefined of what has no parts. */
function partsOf(value: unknown): JsonObject | undefined {
  return Array.isArray(value)
    ? Object.fromEntries(value.entries())
    : isObject(value) && !isSecure(value)
      ? value
      : undefined;
}
