import * as pulumi from "@pulumi/pulumi";
import { previousName } from "../contract/previous-names";
import type { SecretTextBinding, WorkerScriptArgs } from "./args";
import { bindingType } from "./binding-type";

/** The arguments after resolution. In a preview any of them may be `pulumi.unknown`, and JavaScript may pass anything. */
export type ResolvedArgs = Partial<Record<keyof WorkerScriptArgs, unknown>>;

export const BINDING_LISTS = [
  "secretTextBindings",
  "secretsStoreBindings",
  "plainTextBindings",
  "inheritedSecrets",
  "bindings",
] as const;

/** An item of one of the lists, with the paths that an error gives for it. */
export interface DeclaredBinding {
  list: (typeof BINDING_LISTS)[number];
  path: string;
  namePath: string;
  name: unknown;
  type: unknown;
  text: unknown;
  textPath: string;
  json: unknown;
  source: unknown;
  maxAge: unknown;
  algorithm?: unknown;
  format?: unknown;
  keyJwk?: unknown;
  storeId?: unknown;
  /** For a secret of a store: its name there; its previous value's name is in `text`. */
  secretName?: unknown;
}

/** Lists the items of all known lists, and the previous values of secrets. */
export function declaredBindings(args: ResolvedArgs): DeclaredBinding[] {
  return BINDING_LISTS.flatMap((list) => {
    const items: unknown[] = Array.isArray(args[list]) ? args[list] : [];
    return items.flatMap((item, index) => declared(list, `${list}[${index}]`, item));
  });
}

function declared(list: DeclaredBinding["list"], path: string, item: unknown): DeclaredBinding[] {
  const nothing = { type: undefined, text: undefined, json: undefined, source: undefined, maxAge: undefined };
  if (list === "inheritedSecrets" || pulumi.isUnknown(item)) {
    return [{ ...nothing, list, path, namePath: path, textPath: path, name: item, text: item }];
  }
  const { name, previous, ...rest } = (item ?? {}) as Partial<DeclaredBinding & SecretTextBinding>;
  const binding = {
    ...nothing,
    ...rest,
    type: bindingType(rest.type),
    list,
    path,
    namePath: `${path}.name`,
    textPath: `${path}.text`,
    name,
  };
  const mayHavePrevious = list === "secretTextBindings" || list === "secretsStoreBindings";
  if (!mayHavePrevious || previous === undefined) {
    return [binding];
  }
  return [
    binding,
    {
      ...nothing,
      list,
      path,
      namePath: `${path}.previous (bound under the name with _PREVIOUS)`,
      textPath: `${path}.previous`,
      name: typeof name === "string" ? previousName(name) : pulumi.unknown,
      text: previous,
    },
  ];
}

/** Counts those that count towards Cloudflare's limit of variables and secrets. */
export function countVariables(bindings: DeclaredBinding[]): number {
  const types: unknown[] = ["plain_text", "json", "secret_key"];
  return bindings.filter(({ list, type }) =>
    list === "bindings" ? types.includes(type) : list !== "secretsStoreBindings",
  ).length;
}
