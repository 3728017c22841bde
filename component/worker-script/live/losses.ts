import { isDeepStrictEqual } from "node:util";
import { previousName } from "../../contract/previous-names";
import { SECRET_TYPES, VARIABLE_TYPES } from "../binding-type";
import { claims, has, keeps, union } from "./binding-lists";
import type { Binding } from "./verdict";

/** What the upload would take from the Worker although this stack did not deploy it. */
export interface Losses {
  /** Live bindings that the program has never declared. */
  readonly removed: readonly Binding[];
  /** Live bindings under names that the program uses for something else. */
  readonly overwritten: readonly Binding[];
}

/**
 * @param declared what the program declares
 * @param before what the stack deployed last
 * @param latest the newest upload
 * @param alsoServing the bindings of other versions that get traffic
 */
export function findLosses(
  declared: readonly Binding[],
  before: readonly Binding[],
  latest: readonly Binding[],
  alsoServing: readonly Binding[],
): Losses {
  const live = union(latest, alsoServing);
  // After a rollback, the version that gets traffic has older values, which may well be the stack's own. A change by
  // other means is the newest upload.
  const comparable = live.filter((binding) => isSecret(binding) || latest.includes(binding));
  return {
    removed: live.filter(({ name }) => !claims(declared, name) && !has(before, name)),
    overwritten: comparable.filter((binding) => isOverwritten(binding, declared, before)),
  };
}

function isOverwritten(live: Binding, declared: readonly Binding[], before: readonly Binding[]): boolean {
  const next = declared.find(({ name }) => name === live.name);
  const isKept = declared.some((binding) => keeps(binding, live.name));
  const isOurs = before.some((binding) => binding.name === live.name && mayEqual(binding, live));
  if (next === undefined || isKept || isOurs) {
    return false;
  }
  return isSecret(live) ? !isOwnPrevious(live.name, before) : !mayEqual(next, live);
}

/** Variables are compared by value, if both values are known. Everything else is compared by type. */
function mayEqual(one: Binding, other: Binding): boolean {
  return isVariable(one) && isVariable(other)
    ? one.value === undefined || other.value === undefined || isDeepStrictEqual(one.value, other.value)
    : one.type === other.type;
}

/**
 * Whether the name is that of the previous value of a secret that the stack has deployed. A rotation that was killed
 * after its upload has left the value there, and must be able to continue.
 */
function isOwnPrevious(name: string, before: readonly Binding[]): boolean {
  return before.some((binding) => binding.type === "secret_text" && previousName(binding.name) === name);
}

function isSecret({ type }: Binding): boolean {
  return SECRET_TYPES.includes(type);
}

function isVariable({ type }: Binding): boolean {
  return VARIABLE_TYPES.includes(type);
}
