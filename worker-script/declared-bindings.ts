import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";

/** Anything may be `pulumi.unknown` at preview, and a caller in JavaScript may have passed anything. */
export type ResolvedArgs = Partial<Record<keyof WorkerScriptArgs, unknown>>;

export const BINDING_LISTS = [
  "secretTextBindings",
  "plainTextBindings",
  "inheritedSecrets",
  "bindings",
] as const;

/** An item of one of the lists, with the paths under which an error speaks of it. */
export interface DeclaredBinding {
  list: (typeof BINDING_LISTS)[number];
  path: string;
  namePath: string;
  name: unknown;
  type: unknown;
  text: unknown;
  json: unknown;
}

/** The items of all lists that are known. */
export function declaredBindings(args: ResolvedArgs): DeclaredBinding[] {
  return BINDING_LISTS.flatMap((list) => {
    const items: unknown[] = Array.isArray(args[list]) ? args[list] : [];
    return items.map((item, index) => {
      const path = `${list}[${index}]`;
      if (list === "inheritedSecrets" || pulumi.isUnknown(item)) {
        return { list, path, namePath: path, name: item, type: undefined, text: item, json: undefined };
      }
      const { name, type, text, json } = item as Partial<DeclaredBinding>;
      return { list, path, namePath: `${path}.name`, name, type, text, json };
    });
  });
}

/** How many of them count towards Cloudflare's limit of variables and secrets. */
export function countVariables(bindings: DeclaredBinding[]): number {
  const types: unknown[] = ["plain_text", "json", "secret_key"];
  return bindings.filter(({ list, type }) => list !== "bindings" || types.includes(type)).length;
}
