import type { Input } from "@pulumi/pulumi";
import type { SecretTextBinding, WorkerScriptArgs } from "./args";
import { previousKey } from "./config-secret";
import { flatMapInputs, whenResolved } from "./inputs";

/** The name under which a Worker has the previous value of a secret. */
export function previousName(name: string): string {
  return `${name}_PREVIOUS`;
}

/** The secrets that the Worker gets: each that is declared, and its previous value where there is one. */
export function secretTexts(
  args: Pick<WorkerScriptArgs, "secretTextBindings">,
): Input<Input<SecretTextBinding>[]> {
  return flatMapInputs(args.secretTextBindings, (binding) =>
    binding.previous === undefined ? [binding] : [binding, previousOf(binding, binding.previous)],
  );
}

function previousOf({ name, source, maxAge }: SecretTextBinding, text: Input<string>): SecretTextBinding {
  return {
    name: whenResolved(name, previousName),
    text,
    source: source?.startsWith("config:") ? previousKey(source) : source,
    maxAge,
  };
}
