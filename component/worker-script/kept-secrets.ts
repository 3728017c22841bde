import type { Input } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { previousName } from "../contract/previous-names";
import { keepsValues } from "../contract/kept-values";
import type { SecretTextBinding, WorkerScriptArgs } from "./args";
import { isNotFound, reasonOf } from "../answers";
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
  return { ...binding, text: KEPT, previous: undefined };
}

/**
 * Without values, adds a previous one to each secret that has one on the Worker: a run that reads no value cannot know
 * otherwise whether a secret is being rotated.
 *
 * @param live what {@link liveNames} found
 */
export function withLivePrevious(args: Declaration, live: pulumi.Output<readonly string[]>): Declaration {
  if (!args.keepsValues) return args;
  const secretTextBindings = live.apply((names) =>
    mapInputs(args.secretTextBindings, (binding) =>
      whenResolved(binding.name, (name) => ({
        ...binding,
        previous: names.includes(previousName(name)) ? KEPT : undefined,
      })),
    ),
  ) as pulumi.Output<Input<SecretTextBinding>[]>;
  return { ...args, secretTextBindings };
}

/**
 * Lists the bindings of the Worker's newest upload, for a deploy without values; for any other nothing, without asking.
 *
 * @throws pulumi.RunError if the Worker cannot be read: a deploy could then end a rotation unseen
 */
export async function liveNames(
  { accountId, name, keepsValues: keeps }: Declaration,
  parent: pulumi.Resource,
): Promise<readonly string[]> {
  if (!keeps) return [];
  const worker = (await resolveInputs({ accountId, scriptName: name })) as WorkerId;
  // A preview that does not know the Worker yet leaves this to the deploy.
  if (pulumi.containsUnknowns(worker)) return [];
  try {
    const { bindings } = await newestUpload(worker, parent);
    return bindings.map((binding) => binding.name);
  } catch (error) {
    // The gate tells a Worker that does not exist from one that cannot be found.
    if (isNotFound(error)) return [];
    throw new pulumi.RunError(keptUnreadable(worker.scriptName, reasonOf(error)));
  }
}
