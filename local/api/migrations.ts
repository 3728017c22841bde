import { randomUUID } from "node:crypto";
import { isObject, type JsonObject, optionalString, stringList } from "../../kit/json";
import type { Binding, DurableObjectClass, DurableObjectClasses } from "../runtime/code";
import type { Exports } from "../runtime/exports";
import { ApiError, invalid } from "./envelope";

/** The Durable Object classes of a Worker, and the tag of the last migration that was applied to them. */
export interface DurableObjects {
  readonly tag: string | undefined;
  readonly classes: DurableObjectClasses;
}

export const NO_DURABLE_OBJECTS: DurableObjects = { tag: undefined, classes: new Map() };

/** Applies the `migrations` of an upload. */
export function migrate(current: DurableObjects, sent: unknown): DurableObjects {
  if (!isObject(sent)) return current;
  const [oldTag, newTag] = [optionalString(sent["old_tag"]), optionalString(sent["new_tag"])];
  // A program declares its migrations for good, so the same ones come with each upload.
  if (newTag !== undefined && newTag === current.tag) return current;
  if (oldTag !== current.tag && oldTag !== undefined) {
    throw new ApiError(
      400,
      10079,
      `The migration's old_tag is '${oldTag}', and the Worker's is '${current.tag ?? ""}'.`,
    );
  }
  const steps: unknown[] = Array.isArray(sent["steps"]) ? sent["steps"] : [sent];
  const classes = new Map(current.classes);
  for (const step of steps.filter(isObject)) apply(classes, step);
  return { tag: newTag ?? current.tag, classes };
}

function apply(classes: Map<string, DurableObjectClass>, step: JsonObject): void {
  for (const [key, isSqlite] of [
    ["new_classes", false],
    ["new_sqlite_classes", true],
  ] as const) {
    for (const name of stringList(step[key]) ?? []) {
      if (classes.has(name)) {
        throw new ApiError(
          400,
          10074,
          `Cannot apply new-class migration to class '${name}' that is already depended on by existing Durable Objects`,
        );
      }
      classes.set(name, { isSqlite, key: randomUUID() });
    }
  }
  const renamed: unknown[] = Array.isArray(step["renamed_classes"]) ? step["renamed_classes"] : [];
  for (const { from, to } of renamed.filter(isObject)) {
    const found = classes.get(String(from));
    if (found === undefined)
      throw invalid(`Cannot rename class '${String(from)}': the Worker has no such Durable Object.`);
    classes.delete(String(from));
    classes.set(String(to), found);
  }
  for (const name of stringList(step["deleted_classes"]) ?? []) {
    if (!classes.delete(name))
      throw invalid(`Cannot delete class '${name}': the Worker has no such Durable Object.`);
  }
}

/** Refuses code that lacks a class, and a binding to a class that is not a Durable Object's. */
export function checkClasses(
  { classes }: DurableObjects,
  { named }: Exports,
  bindings: readonly Binding[],
): void {
  const missing = [...classes.keys()].find((name) => !named.some((exported) => exported.name === name));
  if (missing !== undefined) {
    throw new ApiError(
      400,
      10064,
      `New version of script does not export class '${missing}' which is depended on by existing Durable Objects. Export it, or delete it with a delete-class migration.`,
    );
  }
  for (const { type, class_name, script_name } of bindings) {
    if (type !== "durable_object_namespace" || script_name !== undefined) continue;
    if (classes.has(String(class_name))) continue;
    throw new ApiError(
      400,
      10061,
      `Cannot create binding for class '${String(class_name)}' because it is not currently configured to implement Durable Objects. Did you mean to apply a new-class migration to it?`,
    );
  }
}
