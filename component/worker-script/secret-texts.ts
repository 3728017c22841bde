import type { Input } from "@pulumi/pulumi";
import { previousKey, previousName } from "../contract/previous-names";
import type { SourceVersion } from "../contract/secret-value";
import { configKey, printSource } from "../contract/source";
import type { SecretTextBinding, WorkerScriptArgs } from "./args";
import { flatMapInputs, whenResolved } from "../inputs";

/** A secret that the Worker gets. */
export interface SecretText {
  readonly name: Input<string>;
  readonly text: Input<string>;
  readonly source: string | undefined;
  readonly version: SourceVersion | undefined;
  readonly maxAge: number | undefined;
}

/**
 * Lists the secrets that the Worker gets: each declared one, and its previous value if there is one.
 *
 * @param args the arguments once sources have answered, so that no value is a promise
 */
export function secretTexts(args: Pick<WorkerScriptArgs, "secretTextBindings">): Input<Input<SecretText>[]> {
  return flatMapInputs(args.secretTextBindings, (binding) => [secretText(binding), ...previousOf(binding)]);
}

function secretText({ name, text, source, version, maxAge }: SecretTextBinding): SecretText {
  return { name, text: text as Input<string>, source, version: version as SourceVersion | undefined, maxAge };
}

function previousOf({ name, previous, source, previousVersion, maxAge }: SecretTextBinding): SecretText[] {
  return previous === undefined
    ? []
    : [
        {
          name: whenResolved(name, previousName),
          text: previous as Input<string>,
          source: previousSource(source),
          version: previousVersion as SourceVersion | undefined,
          maxAge,
        },
      ];
}

/** Where the previous value of a secret comes from. */
export function previousSource(source: string | undefined): string | undefined {
  const key = source === undefined ? undefined : configKey(source);
  return key === undefined ? source : printSource({ kind: "config", key: previousKey(key) });
}
