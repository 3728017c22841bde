import { type ConfigPlace, printPlace } from "../../component/contract/property-path";
import { isUsedIn, setCommand } from "../../component/contract/secret-list";
import type { Listed } from "./list";
import type { StackFile } from "./stack-files";

/**
 * Whether a stack has a secret: `set`, encrypted, or an object or a list in place of one text; `plain`, not encrypted;
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
  only?: string,
): Report {
  const named = entries.flatMap(({ stacks = [] }) => stacks);
  const environments = only === undefined ? [...new Set([...files.keys(), ...named])].sort() : [only];
  const notes = new Set<string>();
  const secrets = entries.map((entry): ListedState => {
    const { worker, binding, source, place, maxAge, description } = entry;
    const states = environments.map((stack): [string, State] => {
      if (!isUsedIn(entry, stack)) return [stack, "-"];
      if (place === undefined) return [stack, "managed"];
      const state = stateIn(files.get(stack), place);
      const advice = isInText(files.get(stack), place) ? IN_TEXT(place) : ADVICE[state]?.(place, stack);
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

const ADVICE: Partial<Record<State, (place: ConfigPlace, stack: string) => string>> = {
  missing: (place, stack) => `lacks ${printPlace(place)}: ${setCommand(place, stack)}`,
  plain: (place, stack) => `does not encrypt ${printPlace(place)}: ${setCommand(place, stack)}`,
  "imported?": (place) => `imports ESC environments: only they can have ${printPlace(place)}.`,
};

/** The command that sets a part would replace the whole text. */
const IN_TEXT = (place: ConfigPlace): string =>
  `keeps ${place.key}, or a part of it, as one text, which is not looked into. --set needs an object there.`;

function isInText(file: StackFile | undefined, place: ConfigPlace): boolean {
  return / text$/.test(file?.kept(place) ?? "");
}

function stateIn(file: StackFile | undefined, place: ConfigPlace): State {
  const kept = file?.kept(place);
  if (kept !== undefined) return kept === "plain" || kept === "in plain text" ? "plain" : "set";
  if (file?.keeps === true) return "kept";
  // A key of the stack's file hides that of an environment, with all that is in it.
  return file?.imports === true && file.kept({ ...place, path: [] }) === undefined ? "imported?" : "missing";
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
