import * as z from "zod";
import { WORKER_SCRIPT, WORKERS_SCRIPT } from "../../component/contract/type-tokens";
import type { Worker } from "../../kit/live/cloudflare";
import { parseState, type Resource } from "../../kit/stack-state";
import { unsealed } from "../../kit/unsealed";

/** A Worker as the state of its stack declares it: what the last deploy sent. */
export interface DeclaredWorker extends Worker {
  /** The resource's name in the program. */
  readonly resource: string;
  readonly bindings: readonly DeclaredBinding[];
  /** The names that `WorkerScript` has recorded and that `bindings` lacks. */
  readonly onlyRecorded: readonly string[];
  /** The types of the secrets that an upload keeps although the program does not declare them. */
  readonly keeps: readonly string[];
  /** Whether an update is changing it, or was killed while it did: what is live may be newer than the state. */
  readonly isPending: boolean;
}

export interface DeclaredBinding {
  readonly name: string;
  /** In lower case: the provider takes a type in any case, and Cloudflare answers in lower case. */
  readonly type: string;
  /** Returns the value of a `secret_text`. A function, so that nothing that prints this object shows it. */
  readonly text: (() => string) | undefined;
}

/** What Cloudflare keeps if an upload does not say what to keep. */
const KEPT_BY_DEFAULT = ["secret_text", "secret_key"];

const BINDING = z
  .object({ name: z.string(), type: z.string().toLowerCase(), text: z.unknown().optional() })
  .transform(({ name, type, text }): DeclaredBinding => ({
    name,
    type,
    text: type === "secret_text" && typeof text === "string" ? () => text : undefined,
  }));
const INPUTS = z.object({
  accountId: z.string(),
  scriptName: z.string(),
  bindings: z.array(BINDING).default([]),
  keepBindings: z.array(z.string().toLowerCase()).default(KEPT_BY_DEFAULT),
});
const INVENTORY = z.array(z.object({ name: z.string() })).catch([]);

/**
 * Finds the Workers that a stack manages.
 *
 * @param text the output of `pulumi stack export --show-secrets`
 * @throws Error that quotes nothing of it
 */
export function declaredWorkers(text: string): DeclaredWorker[] {
  const { resources, pending } = parseState(text);
  const components = new Map(
    resources.filter(({ type }) => type === WORKER_SCRIPT).map((component) => [component.urn, component]),
  );
  return resources
    .filter(({ type, external }) => type === WORKERS_SCRIPT && external !== true)
    .map((script) => {
      const inputs = inputsOf(script);
      const { accountId, scriptName, bindings, keepBindings } = inputs;
      const recorded = INVENTORY.parse(components.get(script.parent ?? "")?.outputs?.["inventory"]);
      return {
        accountId,
        script: scriptName,
        resource: resourceName(script),
        bindings,
        onlyRecorded: recorded
          .map(({ name }) => name)
          .filter((name) => !bindings.some((binding) => binding.name === name)),
        keeps: keepBindings,
        isPending: pending.includes(script.urn),
      };
    });
}

function inputsOf(script: Resource): z.infer<typeof INPUTS> {
  const { accountId, scriptName, bindings, keepBindings } = script.inputs ?? {};
  const { data } = INPUTS.safeParse(unsealed({ accountId, scriptName, bindings, keepBindings }));
  // The message of zod could quote a value.
  if (data === undefined) {
    throw new Error(
      `The state does not say what ${resourceName(script)} was deployed with. The next deploy records it: pulumi up`,
    );
  }
  return data;
}

function resourceName({ urn }: Resource): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
