import * as pulumi from "@pulumi/pulumi";
import { SourceError } from "../contract/source-error";
import type { SecretTextBinding, WorkerScriptArgs } from "./args";
import { isVariableName } from "./variable-name";

/** The arguments after every source has answered. */
export interface Answered {
  /** No part of a secret is a promise: whether it has a previous value is known, and its texts are still sealed. */
  readonly args: WorkerScriptArgs;
  /** What is wrong with sources. The texts that they owe are `pulumi.unknown`. */
  readonly problems: readonly string[];
}

/**
 * Waits for the values that sources answer. Promises only: an Output may be unknown in a preview, and one of them must
 * not hide the others. Rejects as any other promise in the list does.
 */
export async function awaitSources(args: WorkerScriptArgs): Promise<Answered> {
  const list: unknown = await args.secretTextBindings;
  if (!Array.isArray(list)) {
    return { args, problems: [] };
  }
  const found = await Promise.all(list.map((item: unknown, index) => awaitSource(item, index)));
  return {
    args: { ...args, secretTextBindings: found.map(({ item }) => item as SecretTextBinding) },
    problems: found.flatMap(({ problem }) => problem ?? []),
  };
}

async function awaitSource(given: unknown, index: number): Promise<{ item: unknown; problem?: string }> {
  const item = await given;
  if (typeof item !== "object" || item === null || pulumi.Output.isInstance(item)) {
    return { item };
  }
  const binding = item as SecretTextBinding;
  try {
    const parts: readonly unknown[] = [
      binding.text,
      binding.previous,
      binding.version,
      binding.previousVersion,
    ];
    const [text, previous, version, previousVersion] = await Promise.all(parts);
    return { item: { ...binding, text, previous, version, previousVersion } };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { name, source, maxAge } = binding;
    const item = { name, source, maxAge, text: pulumi.output(pulumi.unknown) };
    return { item, problem: `${pathOf(index, name)}: ${error.message}` };
  }
}

/** With the binding's name, unless that is not one: then it is a problem of its own, and may be anything. */
function pathOf(index: number, name: unknown): string {
  const path = `secretTextBindings[${index}].text`;
  return typeof name === "string" && isVariableName(name) ? `${path} (${name})` : path;
}
