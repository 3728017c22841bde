import { createHmac, randomBytes } from "node:crypto";
import { configKey, parseSource } from "../../component/contract/source";
import { SECRET } from "../../component/contract/type-tokens";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { isObject } from "../../kit/json";
import type { FoundSecret } from "./compare";
import type { Notes } from "./notes";
import { mapBounded } from "./pool";
import { firstLine, STACKS_AT_A_TIME } from "./stacks";
import { resourcesOf } from "./state";

/**
 * Fingerprints of the values of all stacks, for as long as this run. Pulumi gives the decrypted state of a whole stack
 * or none of it, so for a moment this process has it in memory. Of each secret the digest that the component made is
 * taken, and hidden at once under a key that nobody has: a weak value could be guessed from its digest.
 *
 * @returns by the URN of the secret's resource; equal where the values are
 */
export async function readFingerprints(
  cli: PulumiCli,
  environments: readonly string[],
  notes: Notes,
): Promise<Map<string, string>> {
  const key = randomBytes(32);
  const byUrn = new Map<string, string>();
  await mapBounded(environments, STACKS_AT_A_TIME, async (stack) => {
    try {
      const state = await cli.run(["stack", "export", "--show-secrets", "--stack", stack]);
      for (const { type, urn, inputs } of resourcesOf(state)) {
        const digest =
          type === SECRET && isObject(inputs?.fingerprint) ? inputs.fingerprint.plaintext : undefined;
        if (typeof digest === "string")
          byUrn.set(urn, createHmac("sha256", key).update(digest).digest("base64"));
      }
    } catch (error) {
      notes.add(`Values of {} were not compared: ${firstLine(error)}.`, stack);
    }
  });
  return byUrn;
}

/** The name under which the others know it. */
function idOf({ worker: { environment, script }, binding }: FoundSecret): string {
  return `${environment}/${script}/${binding}`;
}

/** The others that have the same value, for each: their values come from the same place, or look the same. */
export function findShared(
  secrets: readonly FoundSecret[],
  fingerprints: ReadonlyMap<string, string> = new Map(),
): (secret: FoundSecret) => string[] {
  const groups = new Map<string, string[]>();
  for (const secret of secrets) {
    for (const key of keysOf(secret, fingerprints)) {
      const group = groups.get(key) ?? [];
      group.push(idOf(secret));
      groups.set(key, group);
    }
  }
  return (secret) => {
    const ids = new Set(keysOf(secret, fingerprints).flatMap((key) => groups.get(key) ?? []));
    ids.delete(idOf(secret));
    return [...ids].sort();
  };
}

function keysOf(
  { source, worker, declared }: FoundSecret,
  fingerprints: ReadonlyMap<string, string>,
): string[] {
  const fingerprint = fingerprints.get(declared?.urn ?? "");
  return [
    ...(parseSource(source).kind === "secrets-store" ? [source] : []),
    // Another stack has another value under the same key.
    ...(configKey(source) === undefined ? [] : [`${worker.environment} ${source}`]),
    ...(fingerprint === undefined ? [] : [fingerprint]),
  ];
}
