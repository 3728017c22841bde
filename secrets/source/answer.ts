import * as pulumi from "@pulumi/pulumi";
import { keepsValues } from "../../component/contract/kept-values";
import type { SecretValue, SourceVersion } from "../../component/contract/secret-value";
import { printSource, type Source } from "../../component/contract/source";

/** A value of a secret, and the version that it is. */
export interface Version<T = string> extends SourceVersion {
  readonly value: T;
}

/** What a secrets manager answers. */
export interface Answer<T = string> {
  readonly current: Version<T>;
  /** The version before, while both are to be accepted. */
  readonly previous?: Version<T> | undefined;
}

/**
 * Makes what a binding takes of an answer that is still to come. If it does not come, the promises reject; that is no
 * unhandled rejection, because the component looks at them later, or never.
 *
 * @param ask asks the secrets manager. Not called in a stack that deploys without values
 */
export function secretValue(source: Source, ask: () => Promise<Answer>): SecretValue {
  if (keepsValues()) return { text: "", source: printSource(source) };
  const answer = ask();
  const part = <T>(of: (answer: Answer) => T): Promise<T> => {
    const promise = answer.then(of);
    promise.catch(() => undefined);
    return promise;
  };
  return {
    text: part(({ current }) => pulumi.secret(current.value)),
    previous: part(({ previous }) => previous && pulumi.secret(previous.value)),
    source: printSource(source),
    version: part(({ current }) => versionOf(current)),
    previousVersion: part(({ previous }) => previous && versionOf(previous)),
  };
}

function versionOf({ id, created, by }: Version): SourceVersion {
  return { id, created, by };
}

/**
 * Takes the text out of each version.
 *
 * @param pick returns the text, or throws a SourceError. A version before that has no such text is left out: its format was
 * another one, so no caller has a value of it
 */
export function picked<T>({ current, previous }: Answer<T>, pick: (value: T) => string): Answer {
  const text = (version: Version<T>): Version => ({ ...version, value: pick(version.value) });
  try {
    return { current: text(current), previous: previous && text(previous) };
  } catch {
    // If the current version has none, this throws.
    return { current: text(current) };
  }
}
