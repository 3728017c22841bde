import * as pulumi from "@pulumi/pulumi";
import { resolveInputs } from "../../inputs";
import { readBinding } from "./read-binding";
import type { Binding } from "./verdict";

/** The inputs of a `WorkersScript` that a hook needs. */
export interface Script {
  readonly accountId: string;
  readonly scriptName: string;
  readonly bindings: Binding[];
}

/** Reads a hook's inputs, and no secret's value. What a preview does not know yet is `pulumi.unknown`. */
export async function scriptOf(inputs: Record<string, unknown> | undefined): Promise<Script> {
  const { accountId, scriptName, bindings } = (await resolveInputs({ ...inputs })) as Script;
  // A list that is secret as a whole and holds secrets is wrapped twice in 3.248.0; an import leaves none.
  const list: unknown = pulumi.runtime.unwrapRpcSecret(bindings) ?? [];
  // What the guard does not need is dropped at once, known or not.
  const read = Array.isArray(list) ? list.map(readBinding) : (list as Binding[]);
  return { accountId, scriptName, bindings: read };
}
