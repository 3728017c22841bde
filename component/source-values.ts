import * as pulumi from "@pulumi/pulumi";
import { standInFor } from "./contract/stand-in";
import { SourceError } from "./contract/source-error";
import type { SecretValue } from "./contract/secret-value";
import { isVariableName } from "./variable-name";

/** What a source may answer later. */
const PARTS = ["text", "previous", "version", "previousVersion"] as const;

/** A list of secrets after every source has answered. */
export interface Answered<T> {
  /** No part of a secret is a promise: whether it has a previous value is known, and its texts are still sealed. */
  readonly list: T;
  /** What is wrong with sources. The texts that they owe are `pulumi.unknown`. */
  readonly problems: readonly string[];
}

/**
 * Waits for the values that sources answer. Promises only: an Output may be unknown in a preview, and one of them must
 * not hide the others. Rejects as any other promise in the list does.
 *
 * @param argument the name of the argument that has the list, for the paths of the problems
 * @param given the list, or what a program gives in its place, which the check refuses
 */
export async function awaitSources<T>(argument: string, given: T): Promise<Answered<T>> {
  const list: unknown = await given;
  if (!Array.isArray(list)) {
    return { list: given, problems: [] };
  }
  const found = await Promise.all(
    list.map((item: unknown, index) => awaitSource(`${argument}[${index}]`, item)),
  );
  return {
    list: found.map(({ item }) => item) as T,
    problems: found.flatMap(({ problem }) => problem ?? []),
  };
}

async function awaitSource(path: string, given: unknown): Promise<{ item: unknown; problem?: string }> {
  const item = await given;
  if (typeof item !== "object" || item === null || pulumi.Output.isInstance(item)) {
    return { item };
  }
  const secret = item as SecretValue & { readonly name: unknown };
  const text = standInFor(secret.name);
  if (text !== undefined) {
    // What the source still owes is not waited for: it may need credentials that are missing.
    const owed = PARTS.filter((part) => secret[part] instanceof Promise);
    return { item: { ...secret, ...Object.fromEntries(owed.map((part) => [part, undefined])), text } };
  }
  try {
    const parts = PARTS.filter((part) => part in secret);
    const known = await Promise.all(parts.map(async (part) => [part, await secret[part]] as const));
    return { item: { ...secret, ...Object.fromEntries(known) } };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const none = { previous: undefined, version: undefined, previousVersion: undefined };
    const item = { ...secret, ...none, text: pulumi.output(pulumi.unknown) };
    return { item, problem: `${path}.text${nameOf(secret.name)}: ${error.message}` };
  }
}

/** The secret's name, unless it is not one: then it is a problem of its own, and may be anything. */
function nameOf(name: unknown): string {
  return typeof name === "string" && isVariableName(name) ? ` (${name})` : "";
}
