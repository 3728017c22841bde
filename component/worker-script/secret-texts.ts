import type { Input } from "@pulumi/pulumi";
import { previousKey, previousName } from "../contract/previous-names";
import { configKey, printSource } from "../contract/source";
import type { SecretTextBinding, WorkerScriptArgs } from "./args";
import { flatMapInputs, whenResolved } from "../inputs";

/** Lists the secrets that the Worker gets: each declared one, and its previous value if there is one. */
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
    source: previousSource(source),
    maxAge,
  };
}

/** Where the previous value of a secret comes from. */
export function previousSource(source: string | undefined): string | undefined {
  const key = source === undefined ? undefined : configKey(source);
  return key === undefined ? source : printSource({ kind: "config", key: previousKey(key) });
}
