import { AsyncResource } from "node:async_hooks";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";
import { resolveInputs } from "./inputs";
import {
  type Binding,
  existsAlready,
  lostBindings,
  missingInherited,
  undeclaredBindings,
} from "./live-rules";

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
 */
export function liveGuards(
  parent: pulumi.ComponentResource,
  name: string,
  choices: Choices,
): pulumi.ResourceHookBinding {
  // Pulumi's mocks (3.248.0) have no hooks, and a program's unit tests shall run all the same.
  const monitor = pulumi.runtime.getMonitor() as { registerResourceHook?: unknown } | undefined;
  if (monitor?.registerResourceHook === undefined) {
    return {};
  }
  const hook = (step: string, stepChoices: Choices) => {
    const callback = async ({ newInputs, oldInputs }: pulumi.ResourceHookArgs) => {
      const script = await scriptOf(newInputs);
      // What a preview cannot know yet is looked at by the deploy.
      if (!pulumi.containsUnknowns(script)) {
        await guard(parent, script, (await scriptOf(oldInputs)).bindings, stepChoices);
      }
    };
    // Bound, because a call of the provider needs the program's async context, and a hook has none.
    return new pulumi.ResourceHook(`${name}-before-${step}`, AsyncResource.bind(callback), {
      onDryRun: true,
    });
  };
  return {
    beforeCreate: [hook("create", choices)],
    // What it updates is the stack's own already.
    beforeUpdate: [hook("update", { ...choices, takeOver: true })],
  };
}

async function scriptOf(inputs: Record<string, unknown> = {}): Promise<Script> {
  const { accountId, scriptName, bindings } = (await resolveInputs(inputs)) as Script;
  // A list that is secret as a whole and holds secrets is wrapped twice in 3.248.0.
  const list: unknown = pulumi.runtime.unwrapRpcSecret(bindings) ?? [];
  // Names and types are all that is needed: the values are dropped at once, known or not.
  const named = Array.isArray(list)
    ? list.map(({ name, type }: Binding) => ({ name, type }))
    : (list as Binding[]);
  return { accountId, scriptName, bindings: named };
}

async function guard(
  parent: pulumi.ComponentResource,
  script: Script,
  before: Binding[],
  { undeclaredSecrets = "error", takeOver = false }: Choices,
): Promise<void> {
  const { accountId, scriptName, bindings } = script;
  const live = await liveBindings(parent, script);
  if (live === "unreadable") {
    return;
  }
  // Cloudflare's upload overwrites a Worker of the same name, whoever made it.
  refuse(live !== "absent" && !takeOver ? existsAlready(accountId, scriptName) : undefined);

  const found = live === "absent" ? [] : live;
  refuse(missingInherited(scriptName, bindings, found));
  const undeclared = undeclaredBindings(scriptName, bindings, before, found);
  if (undeclaredSecrets === "error") {
    refuse(undeclared);
  } else if (undeclared !== undefined && undeclaredSecrets === "warn") {
    await pulumi.log.warn(undeclared, parent);
  }
  const lost = lostBindings(scriptName, bindings, before, found);
  if (lost !== undefined) {
    await pulumi.log.info(lost, parent);
  }
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) {
    throw new pulumi.RunError(problem);
  }
}

/** Names and types of what is live. Where that cannot be read, the deploy goes on and says that nobody has looked. */
async function liveBindings(
  parent: pulumi.ComponentResource,
  { accountId, scriptName }: Script,
): Promise<Binding[] | "absent" | "unreadable"> {
  try {
    // The list first: the provider logs an error, and the run fails, when a version of no Worker is asked for.
    const { results } = await cloudflare.getWorkersScripts({ accountId }, { parent });
    if (!results.some(({ id }) => id === scriptName)) {
      return "absent";
    }
    const version = { accountId, workerId: scriptName, versionId: "latest" };
    return (await cloudflare.getWorkerVersion(version, { parent })).bindings;
  } catch (error) {
    await pulumi.log.warn(
      `What is live on the Worker "${scriptName}" could not be read, so secrets that this program does not declare ` +
        `are not noticed, and a deploy removes them. Give the token read access to Workers scripts. (${String(error)})`,
      parent,
    );
    return "unreadable";
  }
}
