import { isUsedIn, setCommand } from "../../component/contract/secret-list";
import { fullKey } from "../../kit/config-key";
import type { Listed } from "./list";
import type { StackFile } from "./stack-files";

/**
 * Whether a stack has a secret: `set`, encrypted, or an object or a list, which is not looked into; `plain`, not encrypted;
 * `missing`; `imported?`, not in its file, which imports Pulumi ESC environments that may have it; `kept`, not in its file,
 * because the stack deploys without values; `managed`, in a secrets manager, which is not asked; `-`, not a secret of this
 * stack.
 */
export type State = "set" | "plain" | "missing" | "imported?" | "kept" | "managed" | "-";

export interface ListedState {
  readonly worker?: string;
  readonly binding?: string;
  readonly source: string;
  readonly maxAge?: number;
  readonly description?: string;
  /** By stack. */
  readonly environments: Readonly<Record<string, State>>;
}

/** The data of `npm run secrets` behind the table and `--json`. It never holds a value. */
export interface Report {
  readonly environments: readonly string[];
  readonly secrets: readonly ListedState[];
  /** What to do: one sentence each. */
  readonly notes: readonly string[];
}

/** Compares the list with the stacks' files. A stack that only the list names has a column too: it lacks everything. */
export function reportOn(
  entries: readonly Listed[],
  files: ReadonlyMap<string, StackFile>,
  project: string,
  only?: string,
): Report {
  const named = entries.flatMap(({ stacks = [] }) => stacks);
  const environments = only === undefined ? [...new Set([...files.keys(), ...named])].sort() : [only];
  const notes = new Set<string>();
  const secrets = entries.map((entry): ListedState => {
    const { worker, binding, source, key, maxAge, description } = entry;
    const states = environments.map((stack): [string, State] => {
      if (!isUsedIn(entry, stack)) return [stack, "-"];
      if (key === undefined) return [stack, "managed"];
      const state = stateIn(files.get(stack), fullKey(key, project));
      const advice = ADVICE[state]?.(key, stack);
      if (advice !== undefined) notes.add(`${stack} ${advice}`);
      return [stack, state];
    });
    return {
      ...(worker === undefined ? {} : { worker }),
      ...(binding === undefined ? {} : { binding }),
      source,
      ...(maxAge === undefined ? {} : { maxAge }),
      ...(description === undefined ? {} : { description }),
      environments: Object.fromEntries(states),
    };
  });
  return { environments, secrets, notes: [...notes].sort() };
}

const ADVICE: Partial<Record<State, (key: string, stack: string) => string>> = {
  missing: (key, stack) => `lacks ${key}: ${setCommand(key, stack)}`,
  plain: (key, stack) => `does not encrypt ${key}: ${setCommand(key, stack)}`,
  "imported?": (key) => `imports ESC environments: only they can have ${key}.`,
};

function stateIn(file: StackFile | undefined, key: string): State {
  const kept = file?.keys.get(key);
  if (kept !== undefined) return kept === "plain" ? "plain" : "set";
  if (file?.keeps === true) return "kept";
  return file?.imports === true ? "imported?" : "missing";
}

/** How many values have a state. Two bindings from one key are one value. */
export function count({ environments, secrets }: Report, state: State): number {
  const found = environments.flatMap((stack) =>
    secrets
      .filter((secret) => secret.environments[stack] === state)
      .map(({ source }) => `${stack} ${source}`),
  );
  return new Set(found).size;
}
