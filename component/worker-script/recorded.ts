import type * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { isKept } from "./binding-type";
import { resolveInputs } from "../inputs";
import type { Declaration } from "./kept-secrets";
import { secretTexts } from "./secret-texts";

/** How the secrets that Pulumi records for a script differ from those that the program declares. */
export interface Difference {
  /** The names of all secrets that differ. */
  readonly names: readonly string[];
  /** The differing secrets that the script has, with their deployed values. */
  readonly kept: readonly SecretText[];
}

interface SecretText {
  readonly name: string;
  readonly type: string;
  /** Undefined if the Worker keeps the value that it has. */
  readonly text: string | undefined;
}

/**
 * Waits for the script and compares its recorded secrets with the declared ones. They differ if an option such as
 * `ignoreChanges: ["bindings"]` keeps the old ones: the new ones are not deployed, so the state must not say they are.
 */
export async function findKeptSecrets(
  script: cloudflare.WorkersScript,
  args: Declaration,
): Promise<Difference> {
  const [bindings, declared] = await Promise.all([script.bindings, secretTexts(args)].map(resolveList));
  if (bindings === undefined || declared === undefined) {
    return { names: [], kept: [] };
  }
  const recorded = bindings
    .map((binding) => (isKept(binding) ? { ...binding, type: "secret_text" } : binding))
    .filter(({ type }) => type === "secret_text");
  const isSame = args.keepsValues ? hasSameName : isSameSecret;
  const kept = recorded.filter((secret) => !declared.some((other) => isSame(secret, other)));
  const missing = declared.filter((secret) => !recorded.some((other) => isSame(secret, other)));
  return { names: [...new Set([...missing, ...kept].map(({ name }) => name))], kept };
}

export function keptByOption(component: string, names: readonly string[]): string {
  return (
    `WorkerScript "${component}": ${names.join(", ")} cannot be deployed as declared, because an option keeps the script's ` +
    'bindings as they are. Take "bindings" out of ignoreChanges, or declare these secrets as they are deployed.'
  );
}

/** Resolves a list to its items; undefined if a preview does not know their names yet. */
async function resolveList(list: unknown): Promise<SecretText[] | undefined> {
  const items: unknown = pulumi.runtime.unwrapRpcSecret(await resolveInputs(list));
  const isKnown = Array.isArray(items) && items.every(({ name }: SecretText) => !pulumi.isUnknown(name));
  return isKnown ? (items as SecretText[]) : undefined;
}

function hasSameName(one: SecretText, other: SecretText): boolean {
  return one.name === other.name;
}

function isSameSecret(one: SecretText, other: SecretText): boolean {
  const isUnknown = pulumi.isUnknown(one.text) || pulumi.isUnknown(other.text);
  return hasSameName(one, other) && (isUnknown || one.text === other.text);
}
