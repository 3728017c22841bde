/** A positional argument. */
interface Positional {
  /** The placeholder in `--help` and in messages, such as `KEY`. */
  readonly name: string;
  readonly help: string;
  readonly required: boolean;
}

/** An option without a value. */
interface Flag {
  readonly help: string;
}

/** An option with a value. */
export interface Setting<T = unknown> {
  /** The placeholder for the value in `--help`, such as `FILE`. */
  readonly value: string;
  readonly help: string;
  readonly default?: string;
  /** @throws UsageError that says what is expected; the caller adds the option's name in front */
  readonly parse?: (text: string) => T;
}

export type Positionals = Readonly<Record<string, Positional>>;
export type Options = Readonly<Record<string, Flag | Setting>>;

type PositionalValue<P extends Positional> = P["required"] extends true ? string : string | undefined;

type SettingValue<S> = S extends { parse: (text: string) => infer T } ? T : string;

type OptionValue<O> = O extends { value: string }
  ? SettingValue<O> | (O extends { default: string } ? never : undefined)
  : boolean;

/** The arguments of one call, by their names in the command. */
export type Values<P extends Positionals, O extends Options> = {
  readonly [K in keyof P]: PositionalValue<P[K]>;
} & { readonly [K in keyof O]: OptionValue<O[K]> };

/** The description of a command, from which parsing, validation and `--help` are derived. */
export interface Command<P extends Positionals = Positionals, O extends Options = Options> {
  /** The name it is called by, such as `rotate`. */
  readonly name: string;
  /** What the command does: the first part of `--help`. */
  readonly summary: string;
  readonly positionals: P;
  readonly options: O;
  /** What else a user needs to know: the last part of `--help`. */
  readonly notes: string;
  /** @returns what is wrong with the combination of arguments, a line each */
  check?(values: Values<P, O>): readonly string[];
}

/** The values of a given command. */
export type CommandValues<C> = C extends Command<infer P, infer O> ? Values<P, O> : never;

/** A wrong argument. The message says what is expected, and never quotes the argument, which may be a secret. */
export class UsageError extends Error {}

/** Infers the types of a command's values from its description. */
export function defineCommand<const P extends Positionals, const O extends Options>(
  command: Command<P, O>,
): Command<P, O> {
  return command;
}
