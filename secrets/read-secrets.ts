import * as pulumi from "@pulumi/pulumi";
import { commandLine } from "../component/contract/command-line";
import {
  isUsedIn,
  type ListEntry,
  listEntries,
  type SecretFrom,
  type SecretList,
  setCommand,
} from "../component/contract/secret-list";
import { type ConfigPlace, printPropertyPath } from "../component/contract/property-path";
import type { SecretValue } from "../component/contract/secret-value";
import { keepsValues } from "../component/contract/kept-values";
import { awsSecret } from "./aws-secret";
import { configSecret } from "./config-secret";
import { gcpSecret } from "./gcp-secret";
import { ConfigObject } from "./source/config-object";
import { vaultSecret } from "./vault-secret";

/** A binding as `secretTextBindings` takes it. The type of `env` follows from its name, and whether it has `stacks`. */
type Binding<Name, Secret> = SecretValue & {
  readonly name: Name;
  readonly maxAge?: number | undefined;
} & ("stacks" extends keyof Secret ? { readonly stacks: readonly string[] } : unknown);

type Bindings<Secrets> = readonly {
  [Name in keyof Secrets & string]: Binding<Name, Secrets[Name]>;
}[keyof Secrets & string][];

/**
 * Reads the secrets that the Workers of a list have in this stack.
 *
 * @example
 * const secrets = readSecrets(SECRETS);
 * const bindings = { secretTextBindings: secrets.shop };
 * export type Env = EnvOf<typeof bindings>;
 *
 * @returns the bindings of each Worker
 * @throws pulumi.RunError that lists every value that the stack's config lacks, each with the command that sets it; not in a stack
 * that deploys without values
 */
export function readSecrets<const List extends SecretList>(
  list: List,
): { readonly [Worker in keyof List]: Bindings<List[Worker]> } {
  const stack = pulumi.getStack();
  const entries = entriesOf(list).filter((entry) => isUsedIn(entry, stack));
  if (!keepsValues()) refuseMissing(entries, stack);
  const read = Object.keys(list).map((worker) => [
    worker,
    entries.filter((entry) => entry.worker === worker).map(bindingOf),
  ]);
  return Object.fromEntries(read) as { [Worker in keyof List]: Bindings<List[Worker]> };
}

/** Pulumi prints the message of a RunError without a stack trace. */
function entriesOf(list: SecretList): ListEntry[] {
  try {
    return listEntries(list);
  } catch (error) {
    throw new pulumi.RunError((error as Error).message);
  }
}

function refuseMissing(entries: readonly ListEntry[], stack: string): void {
  const users = new Map<string, string[]>();
  for (const { worker, binding, place } of entries) {
    if (place === undefined || isSet(place)) continue;
    const command = setCommand(place, stack);
    users.set(command, [...(users.get(command) ?? []), `${worker} ${binding}`]);
  }
  if (users.size === 0) return;
  const lines = [...users].map(([command, names]) => `  - ${names.join(", ")}: ${command}`);
  throw new pulumi.RunError(
    `Stack "${stack}" lacks ${users.size} of the values in the list of secrets. Nothing was sent to Cloudflare.\n` +
      `${lines.join("\n")}\nAll at once: ${commandLine("secrets", ["--set", "--stack", stack])} < .env`,
  );
}

function isSet({ key, path }: ConfigPlace): boolean {
  const { config, name } = configOf(key);
  return path.length === 0
    ? config.getSecret(name) !== undefined
    : new ConfigObject(config, name, key).find(printPropertyPath(path)) !== undefined;
}

function bindingOf({ binding, from, maxAge, stacks }: ListEntry) {
  return { name: binding, maxAge, stacks, ...valueFrom(from) };
}

function valueFrom(from: SecretFrom): SecretValue {
  if ("aws" in from) {
    const { aws, ...options } = from;
    return awsSecret(aws, options);
  }
  if ("gcp" in from) {
    const { gcp, ...options } = from;
    return gcpSecret(gcp, options);
  }
  if ("vault" in from) {
    const { vault, ...options } = from;
    return vaultSecret(vault, options);
  }
  const { config, name } = configOf(from.config);
  return configSecret(name, { config, path: from.path });
}

/** A key without a namespace belongs to the project. */
function configOf(key: string): { config: pulumi.Config; name: string } {
  const end = key.indexOf(":");
  return { config: new pulumi.Config(end < 0 ? undefined : key.slice(0, end)), name: key.slice(end + 1) };
}
