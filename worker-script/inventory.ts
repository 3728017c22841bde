import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";
import { mapInputs } from "./inputs";
import { secretTexts } from "./secret-texts";

/** A secret of a Worker as the state records it in clear, so that `npm run audit` needs no passphrase. */
export interface InventoryEntry {
  readonly name: string;
  /** The type of the binding; `inherit` for one of `inheritedSecrets`. */
  readonly type: string;
  /** See {@link WorkerScriptArgs.secretTextBindings}; for a secret of Secrets Store `secrets-store:<store>/<name>`. */
  readonly source?: string | undefined;
  /** In days. */
  readonly maxAge?: number | undefined;
}

/** All secrets that the program declares for the Worker, of every kind, and no value. */
export function inventory(args: WorkerScriptArgs): pulumi.Output<InventoryEntry[]> {
  const lists = [
    mapInputs(secretTexts(args), ({ name, source, maxAge }) => ({
      name,
      type: "secret_text",
      source,
      maxAge,
    })),
    mapInputs(args.inheritedSecrets, (name) => ({ name, type: "inherit" })),
    mapInputs(args.bindings, ({ name, type, storeId, secretName }) => ({ name, type, storeId, secretName })),
  ];
  return pulumi.output(lists).apply((resolved) => (resolved.flat() as ResolvedBinding[]).flatMap(entry));
}

interface ResolvedBinding extends InventoryEntry {
  readonly storeId?: string;
  readonly secretName?: string;
}

function entry({ name, type, source, maxAge, storeId, secretName }: ResolvedBinding): InventoryEntry[] {
  switch (type) {
    case "secret_text":
    case "inherit":
    case "secret_key":
      return [{ name, type, source, maxAge }];
    case "secrets_store_secret":
      return [{ name, type, source: `secrets-store:${storeId}/${secretName}` }];
    default:
      return [];
  }
}
