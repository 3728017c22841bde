import type { DeclaredWorker } from "../../commands/repair/declared";
import type { LiveBinding, Version } from "../../kit/live/read-live";
import { ACCOUNT_ID } from "./mock-stack";

export function repairWorker(more: Partial<DeclaredWorker> = {}): DeclaredWorker {
  return {
    ...{ accountId: ACCOUNT_ID, script: "shop", resource: "mine", bindings: [], onlyRecorded: [], keeps: [] },
    isPending: false,
    ...more,
  };
}

/** A version whose bindings have these types. */
export function versionWith(types: Readonly<Record<string, string>>): Pick<Version, "bindings"> {
  const bindings = Object.entries(types).map(([name, type]): [string, LiveBinding] => [
    name,
    { name, type, isSecret: type.startsWith("secret"), inStore: undefined },
  ]);
  return { bindings: new Map(bindings) };
}
