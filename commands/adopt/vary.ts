import { isDeepStrictEqual } from "node:util";
import type { Environment } from "./environment";
import type { Json, JsonRecord } from "./json";
import { Expression, type Value } from "./literal";

/** What is the same in all stacks stands in the program, and what differs stands in the stacks' config. */
export class Stacks {
  /** The config of each stack, in the order of the environments. */
  readonly config: Record<string, Json>[];

  constructor(readonly environments: readonly Environment[]) {
    this.config = environments.map(({ accountId, scriptName, isLive }) => ({
      accountId,
      scriptName,
      ...(isLive === false ? {} : { takeOver: true }),
    }));
  }

  /**
   * Returns a value for the program.
   *
   * @param key the config key, if the value differs
   * @param type its type in TypeScript
   * @param of returns a stack's value, undefined if it has none
   */
  value(key: string, type: string, of: (environment: Environment) => Json | undefined): Value | undefined {
    const values = this.environments.map(of);
    const [first] = values;
    if (values.every((value) => isDeepStrictEqual(value, first))) return first;
    this.#set(key, values);
    return read(key, type, values);
  }

  /** Like {@link value} for named entries: those that all stacks have in common stand in the program. */
  list(key: string, type: string, of: (environment: Environment) => readonly (JsonRecord | string)[]): Value {
    const lists = this.environments.map(of);
    const [first = []] = lists;
    const isCommon = (entry: Json) =>
      lists.every((list) => list.some((one) => isDeepStrictEqual(one, entry)));
    const rest = lists.map((list) => list.filter((entry) => !isCommon(entry)));
    const common: Value[] = first.filter(isCommon);
    if (rest.every((list) => list.length === 0)) return common;
    this.#set(key, rest.map(orNone));
    const own = `config.getObject<${type}>("${key}") ?? []`;
    return common.length === 0 ? new Expression(own) : [...common, new Expression(`...(${own})`)];
  }

  /** Puts a list into the config of each stack that has one. Returns whether any has. */
  own(key: string, of: (environment: Environment) => readonly JsonRecord[]): boolean {
    const lists = this.environments.map(of);
    this.#set(key, lists.map(orNone));
    return lists.some((list) => list.length > 0);
  }

  #set(key: string, values: readonly (Json | undefined)[]): void {
    this.config.forEach((config, at) => {
      const value = values[at];
      if (value !== undefined) config[key] = value;
    });
  }
}

function orNone<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function read(key: string, type: string, values: readonly (Json | undefined)[]): Expression {
  const verb = values.includes(undefined) ? "get" : "require";
  const kinds = new Set(values.filter((value) => value !== undefined).map((value) => typeof value));
  const [kind] = kinds;
  if (kinds.size === 1 && kind === "string") return new Expression(`config.${verb}("${key}")`);
  if (kinds.size === 1 && kind === "boolean") return new Expression(`config.${verb}Boolean("${key}")`);
  return new Expression(`config.${verb}Object<${type}>("${key}")`);
}
