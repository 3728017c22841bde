import { createHmac, randomBytes } from "node:crypto";
import * as z from "zod";
import { configKey, parseSource, printSource } from "../../component/contract/source";
import { SECRET } from "../../component/contract/type-tokens";
import type { Notes } from "../../kit/notes";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { parseState } from "../../kit/stack-state";
import type { FoundSecret } from "./compare";
import { type AskPassphrase, readDecrypted } from "./decrypted";

/** A secret in the output of `--show-secrets`. */
const FINGERPRINT = z.object({ fingerprint: z.object({ plaintext: z.string() }) });

/**
 * Makes fingerprints of the values of all stacks, which are valid in this run only. Pulumi can only decrypt a whole
 * state, so this process briefly has it in memory. It takes the digest that the component made of each secret and at
 * once hashes it with a random key, because a weak value could be guessed from its digest.
 *
 * @returns the fingerprints by the URN of the secret's resource; equal values have equal ones
 */
export async function readFingerprints(
  cli: PulumiCli,
  environments: readonly string[],
  notes: Notes,
  ask: AskPassphrase | undefined,
): Promise<Map<string, string>> {
  const key = randomBytes(32);
  const hide = (digest: string) => createHmac("sha256", key).update(digest).digest("base64");
  const byUrn = new Map<string, string>();
  await readDecrypted(cli, environments, notes, ask, (state) => {
    for (const { type, urn, inputs } of parseState(state).resources) {
      const { data } = type === SECRET ? FINGERPRINT.safeParse(inputs) : {};
      if (data !== undefined) byUrn.set(urn, hide(data.fingerprint.plaintext));
    }
  });
  return byUrn;
}

/** The name of a secret in `sharedWith` of other secrets. */
function idOf({ worker: { environment, script }, binding }: FoundSecret): string {
  return `${environment}/${script}/${binding}`;
}

/** Finds, for each secret, the others with the same value: those with the same source or the same fingerprint. */
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

/** The source of the bindings that lead to a secret of a Secrets Store. */
export function inStore({ worker, binding }: Pick<FoundSecret, "worker" | "binding">): string {
  return printSource({ kind: "secrets-store", store: worker.store ?? "", secret: binding });
}

function keysOf(secret: FoundSecret, fingerprints: ReadonlyMap<string, string>): string[] {
  const { source, worker, declared } = secret;
  const fingerprint = fingerprints.get(declared?.urn ?? "");
  return [
    ...(["secrets-store", "esc"].includes(parseSource(source).kind) ? [source] : []),
    ...(worker.store === undefined ? [] : [inStore(secret)]),
    // Another stack may have a different value under the same key.
    ...(configKey(source) === undefined ? [] : [`${worker.environment} ${source}`]),
    ...(fingerprint === undefined ? [] : [fingerprint]),
  ];
}
