import * as pulumi from "@pulumi/pulumi";
import { bindingType } from "../binding-type";
import { resolveInputs } from "../inputs";
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
  // Names and types are all that is needed: the values are dropped at once, known or not.
  const named = Array.isArray(list)
    ? list.map(({ name, type, oldName }: Binding) => ({ name, type: bindingType(type) as string, oldName }))
    : (list as Binding[]);
  return { accountId, scriptName, bindings: named };
}
