import * as pulumi from "@pulumi/pulumi";
import type { InventoryEntry } from "../contract/inventory";
import { printSource } from "../contract/source";
import type { WorkerScriptArgs } from "./args";
import { bindingType } from "./binding-type";
import { mapInputs } from "../inputs";
import type { Difference } from "./recorded";
import { secretTexts } from "./secret-texts";
import { storeBindings } from "./store-bindings";

/**
 * Lists the Worker's secrets of every kind, without values: those that the program declares, or, if an option keeps some
 * as they are, those that are deployed.
 */
export function inventory(
  args: WorkerScriptArgs,
  { names, kept }: Difference,
): pulumi.Output<InventoryEntry[]> {
  const lists = [
    mapInputs(secretTexts(args), ({ name, source, version, maxAge }) => ({
      name,
      type: "secret_text",
      source,
      version,
      maxAge,
    })),
    storeBindings(args),
    mapInputs(args.inheritedSecrets, (name) => ({ name, type: "inherit" })),
    mapInputs(args.bindings, ({ name, type, storeId, secretName }) => ({ name, type, storeId, secretName })),
  ];
  return pulumi
    .output(lists)
    .apply((resolved) => [
      ...(resolved.flat() as ResolvedBinding[]).flatMap(entry).filter(({ name }) => !names.includes(name)),
      ...kept.map(({ name, type }) => ({ name, type })),
    ]);
}

interface ResolvedBinding extends InventoryEntry {
  readonly storeId?: string;
  readonly secretName?: string;
}

function entry(binding: ResolvedBinding): InventoryEntry[] {
  const { name, source, version, maxAge, storeId = "", secretName = "" } = binding;
  const type = bindingType(binding.type);
  switch (type) {
    case "secret_text":
    case "inherit":
    case "secret_key":
      return [{ name, type, source, version, maxAge }];
    case "secrets_store_secret":
      return [
        { name, type, source: printSource({ kind: "secrets-store", store: storeId, secret: secretName }) },
      ];
    default:
      return [];
  }
}
