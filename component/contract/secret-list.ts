import { type ConfigPlace, parsePropertyPath, printPlace } from "./property-path";
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
  /**
   * A key of the stack's config, with its namespace unless that is the project's: `api-key`, `vault:api-key`. If the key has
   * an object or a list, `path` says where the text is in it: see `configSecret`.
   */
  | { readonly config: string; readonly path?: string }
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
  /** The config key, or the path from the key on; undefined if the value does not come from the stack's config. */
  readonly key: string | undefined;
  /** What `key` names. */
  readonly place: ConfigPlace | undefined;
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
  const places = new Map<string, boolean>();
  const entries = Object.entries(list).flatMap(([worker, secrets]) =>
    Object.entries(secrets).flatMap(([binding, secret]): ListEntry[] => {
      const { from, maxAge, description, stacks } = secret as Partial<ListedSecret>;
      const place = from && placeOf(from);
      const source = from && sourceOf(from, place);
      if (from === undefined || source === undefined) {
        problems.push(
          `${worker}.${binding}.from: expected { config: "<key>" }, a key of the stack's config, { config: "<key>", path: "<path>" }, { aws: "<name or ARN>" }, ` +
            '{ gcp: "projects/<project>/secrets/<secret>" } or { vault: "<path>", key: "<key>" }.',
        );
        return [];
      }
      if (stacks !== undefined && !Array.isArray(stacks)) {
        problems.push(`${worker}.${binding}.stacks: expected a list of stacks, such as ["prod"].`);
      }
      const key = place && printPlace(place);
      if (key !== undefined && place !== undefined) {
        const isPath = place.path.length > 0;
        if (places.get(key) === !isPath) {
          problems.push(
            `${worker}.${binding}.from: ${key} is a key and a path in one list. Give the key another name.`,
          );
        }
        places.set(key, isPath);
      }
      return [
        { worker, binding, from, source: printSource(source), key, place, maxAge, description, stacks },
      ];
    }),
  );
  if (problems.length > 0) {
    throw new Error(`The list of secrets has mistakes:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
  }
  return entries;
}

/** @returns undefined if it names no source: JavaScript may pass anything */
function sourceOf(from: object, config: ConfigPlace | undefined): Source | undefined {
  const fields = from as Partial<Record<string, unknown>>;
  const [kind, ...others] = KINDS.filter((name) => fields[name] !== undefined);
  if (kind === undefined || others.length > 0) return undefined;
  const { [kind]: place, key, mount = "secret" } = fields;
  if (typeof place !== "string" || place === "") return undefined;
  switch (kind) {
    case "config":
      return config && { kind, key: printPlace(config) };
    case "aws":
      return { kind: "aws-secrets-manager", id: place, ...(typeof key === "string" && { key }) };
    case "gcp":
      return { kind: "gcp-secret-manager", secret: place };
    case "vault":
      return typeof key === "string" ? { kind, path: `${String(mount)}/${place}`, key } : undefined;
  }
}

/** @returns undefined if it names no key of the config, or what is no path in it */
function placeOf(from: object): ConfigPlace | undefined {
  const { config: key, path } = from as Partial<Record<string, unknown>>;
  if (typeof key !== "string" || !KEY.test(key)) return undefined;
  if (path === undefined) return { key, path: [] };
  const steps = typeof path === "string" ? parsePropertyPath(path) : undefined;
  return steps && { key, path: steps };
}

const KINDS = ["config", "aws", "gcp", "vault"] as const;

export function isUsedIn({ stacks }: Pick<ListEntry, "stacks">, stack: string): boolean {
  return stacks?.includes(stack) ?? true;
}

/**
 * The command that sets a secret's value. It asks for the value.
 *
 * @param stack default: the selected one
 */
export function setCommand(place: ConfigPlace, stack?: string): string {
  const name = printPlace(place);
  // A path can have quotes and spaces.
  const word = /^[\w./:-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
  const option = place.path.length > 0 ? "--path --secret" : "--secret";
  return `pulumi config set ${option} ${word}${stack === undefined ? "" : ` --stack ${stack}`}`;
}
