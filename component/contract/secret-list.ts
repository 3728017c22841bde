import { printSource, type Source } from "./source";
import type { AwsSecretOptions, GcpSecretOptions, VaultSecretOptions } from "./source-options";

/**
 * Every secret of every Worker of a project, by Worker and then by binding. The secrets of a Secrets Store are under a name of
 * your own, by their names in the store. It is plain data, so commands read it without running the program.
 */
export type SecretList = Readonly<Record<string, Readonly<Record<string, ListedSecret>>>>;

interface ListedSecret {
  /** Where the value comes from. */
  readonly from: SecretFrom;
  /** The age in days after which `npm run audit` reports the value as overdue for a change. Default: never. */
  readonly maxAge?: number;
  /** What the secret is for. */
  readonly description?: string;
  /** The stacks in which the Worker has the secret. Default: all. In the Worker's `env` it is then optional. */
  readonly stacks?: readonly string[];
}

/** A source of values, and how it is read. The first field says which: the others are the options of its function. */
export type SecretFrom =
  /** A key of the stack's config, with its namespace unless that is the project's: `api-key`, `vault:api-key`. */
  | { readonly config: string }
  /** The name or ARN of a secret in AWS Secrets Manager: see `awsSecret`. */
  | ({ readonly aws: string } & AwsSecretOptions)
  /** The resource name of a secret in Google Cloud Secret Manager: see `gcpSecret`. */
  | ({ readonly gcp: string } & GcpSecretOptions)
  /** The path of a secret in HashiCorp Vault, and the `key` in it: see `vaultSecret`. */
  | ({ readonly vault: string } & VaultSecretOptions);

/** A secret of the list. */
export interface ListEntry {
  readonly worker: string;
  readonly binding: string;
  readonly from: SecretFrom;
  /** See `Source`. */
  readonly source: string;
  /** The config key; undefined if the value does not come from the stack's config. */
  readonly key: string | undefined;
  readonly maxAge: number | undefined;
  readonly description: string | undefined;
  readonly stacks: readonly string[] | undefined;
}

/** Pulumi accepts more, but such keys are safe in the commands that messages advise. */
const KEY = /^(?:[\w./-]+:)?[\w./-]+$/;

/**
 * Flattens a list.
 *
 * @throws Error that lists everything that the type of the list forbids: Pulumi runs programs without checking types
 */
export function listEntries(list: SecretList): ListEntry[] {
  const problems: string[] = [];
  const entries = Object.entries(list).flatMap(([worker, secrets]) =>
    Object.entries(secrets).flatMap(([binding, secret]): ListEntry[] => {
      const { from, maxAge, description, stacks } = secret as Partial<ListedSecret>;
      const source = from && sourceOf(from);
      if (from === undefined || source === undefined) {
        problems.push(
          `${worker}.${binding}.from: expected { config: "<key>" }, a key of the stack's config, { aws: "<name or ARN>" }, ` +
            '{ gcp: "projects/<project>/secrets/<secret>" } or { vault: "<path>", key: "<key>" }.',
        );
        return [];
      }
      if (stacks !== undefined && !Array.isArray(stacks)) {
        problems.push(`${worker}.${binding}.stacks: expected a list of stacks, such as ["prod"].`);
      }
      const key = source.kind === "config" ? source.key : undefined;
      return [{ worker, binding, from, source: printSource(source), key, maxAge, description, stacks }];
    }),
  );
  if (problems.length > 0) {
    throw new Error(`The list of secrets has mistakes:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
  }
  return entries;
}

/** @returns undefined if it names no source: JavaScript may pass anything */
function sourceOf(from: object): Source | undefined {
  const fields = from as Partial<Record<string, unknown>>;
  const [kind, ...others] = KINDS.filter((name) => fields[name] !== undefined);
  if (kind === undefined || others.length > 0) return undefined;
  const { [kind]: place, key, mount = "secret" } = fields;
  if (typeof place !== "string" || place === "") return undefined;
  switch (kind) {
    case "config":
      return KEY.test(place) ? { kind, key: place } : undefined;
    case "aws":
      return { kind: "aws-secrets-manager", id: place, ...(typeof key === "string" && { key }) };
    case "gcp":
      return { kind: "gcp-secret-manager", secret: place };
    case "vault":
      return typeof key === "string" ? { kind, path: `${String(mount)}/${place}`, key } : undefined;
  }
}

const KINDS = ["config", "aws", "gcp", "vault"] as const;

export function isUsedIn({ stacks }: Pick<ListEntry, "stacks">, stack: string): boolean {
  return stacks?.includes(stack) ?? true;
}

/** The command that sets a secret's value. It asks for the value. */
export function setCommand(key: string, stack: string): string {
  return `pulumi config set --secret ${key} --stack ${stack}`;
}
