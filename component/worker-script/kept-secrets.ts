import type { Input } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { previousName } from "../contract/previous-names";
import { keepsValues } from "../contract/kept-values";
import type { SecretTextBinding, WorkerScriptArgs } from "./args";
import { isNotFound, reasonOf } from "../answers";
import { plainError } from "../refusal";
import { mapInputs, resolveInputs, whenResolved } from "../inputs";
import { newestUpload, type WorkerId } from "./live/lookup";
import { keptUnreadable } from "./live/messages";

/** Takes the place of values that are not sent. */
const KEPT = "kept as it is on the Worker";

/** The arguments of a script, and whether its secrets keep the values that the Worker has. */
export interface Declaration extends WorkerScriptArgs {
  readonly keepsValues: boolean;
}

/** Without the values if the stack keeps those that are live: then none is waited for, recorded or sent. */
export function declarationOf(args: WorkerScriptArgs): Declaration {
  return keepsValues()
    ? { ...args, secretTextBindings: mapInputs(args.secretTextBindings, withoutValue), keepsValues: true }
    : { ...args, keepsValues: false };
}

function withoutValue(binding: SecretTextBinding): SecretTextBinding {
  const none = { previous: undefined, version: undefined, previousVersion: undefined };
  return { ...binding, ...none, text: KEPT };
}

/**
 * Without values, adds a previous one to each secret that has one on the Worker: a run that reads no value cannot know
 * otherwise whether a secret is being rotated. With values, it asks for nothing.
 *
 * @throws pulumi.RunError if the Worker cannot be read: a deploy could then end a rotation unseen
 */
export async function withLivePrevious(args: Declaration, parent: pulumi.Resource): Promise<Declaration> {
  if (!args.keepsValues) return args;
  const names = await liveNames(args, parent);
  const secretTextBindings = mapInputs(args.secretTextBindings, (binding) =>
    whenResolved(binding.name, (name) => ({
      ...binding,
      previous: names.includes(previousName(name)) ? KEPT : undefined,
    })),
  ) as Input<Input<SecretTextBinding>[]>;
  return { ...args, secretTextBindings };
}

/**
 * Lists the bindings of the Worker's newest upload.
 *
 * @throws pulumi.RunError if the Worker cannot be read
 */
async function liveNames(
  { accountId, name }: Declaration,
  parent: pulumi.Resource,
): Promise<readonly string[]> {
  const worker = (await resolveInputs({ accountId, scriptName: name })) as WorkerId;
  // A preview that does not know the Worker yet leaves this to the deploy.
  if (pulumi.containsUnknowns(worker)) return [];
  try {
    const { bindings } = await newestUpload(worker, parent);
    return bindings.map((binding) => binding.name);
  } catch (error) {
    // The gate tells a Worker that does not exist from one that cannot be found.
    if (isNotFound(error)) return [];
    throw plainError(keptUnreadable(worker.scriptName, reasonOf(error)));
  }
}
