/**
 * Every secret of every Worker of a project, by Worker and then by binding. It is plain data, so commands read it without
 * running the program.
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

/** A source of values; each kind is an object with a field of its own. */
interface SecretFrom {
  /** A key of the stack's config, with its namespace unless that is the project's: `api-key`, `vault:api-key`. */
  readonly config: string;
}

/** A secret of the list. */
export interface ListEntry {
  readonly worker: string;
  readonly binding: string;
  /** The config key. */
  readonly key: string;
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
    Object.entries(secrets).map(([binding, secret]): ListEntry => {
      const { from, maxAge, description, stacks } = secret as Partial<ListedSecret>;
      const key = from?.config;
      if (typeof key !== "string" || !KEY.test(key)) {
        problems.push(
          `${worker}.${binding}.from: expected { config: "<key>" }, a key of the stack's config.`,
        );
      }
      if (stacks !== undefined && !Array.isArray(stacks)) {
        problems.push(`${worker}.${binding}.stacks: expected a list of stacks, such as ["prod"].`);
      }
      return { worker, binding, key: String(key), maxAge, description, stacks };
    }),
  );
  if (problems.length > 0) {
    throw new Error(`The list of secrets has mistakes:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
  }
  return entries;
}

export function isUsedIn({ stacks }: Pick<ListEntry, "stacks">, stack: string): boolean {
  return stacks?.includes(stack) ?? true;
}

/** The command that sets a secret's value. It asks for the value. */
export function setCommand(key: string, stack: string): string {
  return `pulumi config set --secret ${key} --stack ${stack}`;
}
