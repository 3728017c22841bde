import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "../args";
import { resolveInputs } from "../inputs";
import { bindingsOf, isListed } from "./lookup";
import {
  absentSecrets,
  type Binding,
  droppedInherited,
  existsAlready,
  lostBindings,
  missingInherited,
  notListed,
  stillWaiting,
  undeclaredBindings,
  unreadable,
} from "./verdict";
import { hasHooks } from "./returning-secrets";

/** After so long, whoever waits for an answer hears what it is that does not come. */
const PATIENCE_MS = 10_000;

/** The inputs of a `WorkersScript`, as a hook gets them. */
interface Script {
  accountId: string;
  scriptName: string;
  bindings: Binding[];
}

type Choices = Pick<WorkerScriptArgs, "undeclaredSecrets" | "takeOver">;

/**
 * Hooks that compare what is live with what the program declares, before the script is created or changed, in a
 * preview too; one that throws stops its step before anything is sent. They ask through the provider, so with its
 * credentials. A script that does not change is in no danger, and is not looked at.
 *
 * @param absent gets the names of secrets that are declared, and neither live nor in the script's state
 */
export function liveGuards(
  parent: pulumi.ComponentResource,
  name: string,
  choices: Choices,
  absent: Set<string>,
): pulumi.ResourceHookBinding {
  if (!hasHooks()) {
    return {};
  }
  const hook = (step: string) => {
    const callback = async ({ newInputs, oldInputs }: pulumi.ResourceHookArgs) => {
      const script = await scriptOf(newInputs);
      const before = oldInputs && (await scriptOf(oldInputs)).bindings;
      // What a preview cannot know yet is looked at by the deploy.
      if (!pulumi.containsUnknowns(script)) {
        await guard(parent, script, before, choices, absent);
      }
    };
    // Bound, because a call of the provider needs the program's async context, and a hook has none.
    return new pulumi.ResourceHook(`${name}-before-${step}`, AsyncResource.bind(callback), {
      onDryRun: true,
    });
  };
  return { beforeCreate: [hook("create")], beforeUpdate: [hook("update")] };
}

async function scriptOf(inputs: Record<string, unknown> | undefined): Promise<Script> {
  const { accountId, scriptName, bindings } = (await resolveInputs({ ...inputs })) as Script;
  // A list that is secret as a whole and holds secrets is wrapped twice in 3.248.0; an import leaves none.
  const list: unknown = pulumi.runtime.unwrapRpcSecret(bindings) ?? [];
  // Names and types are all that is needed: the values are dropped at once, known or not.
  const named = Array.isArray(list)
    ? list.map(({ name, type }: Binding) => ({ name, type }))
    : (list as Binding[]);
  return { accountId, scriptName, bindings: named };
}

/** @param before what the stack deployed last; none where it is about to create the Worker */
async function guard(
  parent: pulumi.ComponentResource,
  script: Script,
  before: Binding[] | undefined,
  choices: Choices,
  absent: Set<string>,
): Promise<void> {
  const { accountId, scriptName, bindings } = script;
  const mayOverwrite = before !== undefined || choices.takeOver === true;
  const isLive = await ask(parent, scriptName, mayOverwrite, () => isListed(accountId, scriptName, parent));
  if (isLive === undefined) {
    return;
  }
  // Cloudflare's upload overwrites a Worker of the same name, whoever made it.
  refuse(isLive && !mayOverwrite ? existsAlready(accountId, scriptName) : undefined);
  const live = isLive
    ? await ask(parent, scriptName, mayOverwrite, () => bindingsOf(accountId, scriptName, parent))
    : [];
  if (live === undefined) {
    return;
  }
  await compare(parent, script, before ?? [], live, choices);
  if (before !== undefined && isLive) {
    await say("info", lostBindings(scriptName, bindings, before, live), parent);
    for (const name of absentSecrets(bindings, before, live)) {
      absent.add(name);
    }
  } else if (before !== undefined) {
    await say("warn", notListed(scriptName), parent);
  }
}

/** Stops, or says, what a deploy would lose. */
async function compare(
  parent: pulumi.ComponentResource,
  { scriptName, bindings }: Script,
  before: Binding[],
  live: Binding[],
  { undeclaredSecrets = "error" }: Choices,
): Promise<void> {
  refuse(missingInherited(scriptName, bindings, live));
  const undeclared = undeclaredBindings(scriptName, bindings, before, live);
  if (undeclaredSecrets === "error") {
    refuse(undeclared);
  }
  if (undeclaredSecrets !== "delete") {
    await say("warn", undeclared, parent);
    await say("warn", droppedInherited(scriptName, bindings, before, live), parent);
  }
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) {
    throw new pulumi.RunError(problem);
  }
}

async function say(
  severity: "info" | "warn",
  message: string | undefined,
  parent: pulumi.ComponentResource,
): Promise<void> {
  if (message !== undefined) {
    await pulumi.log[severity](message, parent);
  }
}

/** Where Cloudflare's answer cannot be had, the deploy goes on and says that nobody has looked. */
async function ask<T>(
  parent: pulumi.ComponentResource,
  scriptName: string,
  mayOverwrite: boolean,
  question: () => Promise<T>,
): Promise<T | undefined> {
  // No limit of our own: Pulumi ends no run before each call has its answer, and the provider limits and retries them.
  const waiting = setTimeout(() => void say("info", stillWaiting(scriptName), parent), PATIENCE_MS);
  try {
    return await question();
  } catch (error) {
    await say("warn", unreadable(scriptName, mayOverwrite, error), parent);
    return undefined;
  } finally {
    clearTimeout(waiting);
  }
}
