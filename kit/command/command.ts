/** An argument that is known by its place. */
interface Positional {
  /** Printed for it in `--help` and in messages, such as `KEY`. */
  readonly name: string;
  readonly help: string;
  readonly required: boolean;
}

/** An option that is there or not. */
interface Flag {
  readonly help: string;
}

/** An option with a value. */
export interface Setting<T = unknown> {
  /** Printed for the value in `--help`, such as `FILE`. */
  readonly value: string;
  readonly help: string;
  readonly default?: string;
  /** @throws UsageError with what is expected; the option's name is put in front of it */
  readonly parse?: (text: string) => T;
}

export type Positionals = Readonly<Record<string, Positional>>;
export type Options = Readonly<Record<string, Flag | Setting>>;

type PositionalValue<P extends Positional> = P["required"] extends true ? string : string | undefined;

type SettingValue<S> = S extends { parse: (text: string) => infer T } ? T : string;

type OptionValue<O> = O extends { value: string }
  ? SettingValue<O> | (O extends { default: string } ? never : undefined)
  : boolean;

/** The arguments of one call, under the names that the command gives them. */
export type Values<P extends Positionals, O extends Options> = {
  readonly [K in keyof P]: PositionalValue<P[K]>;
} & { readonly [K in keyof O]: OptionValue<O[K]> };

/** A command as its user sees it. Parsing, validation and `--help` all come from this one description. */
export interface Command<P extends Positionals = Positionals, O extends Options = Options> {
  /** How the command is called, such as `npm run rotate`. */
  readonly call: string;
  /** What the command does; the first part of `--help`. */
  readonly summary: string;
  readonly positionals: P;
  readonly options: O;
  /** What else its user needs to know; the last part of `--help`. */
  readonly notes: string;
  /** @returns what is wrong with the arguments together, a line each */
  check?(values: Values<P, O>): readonly string[];
}

/** The values of a command that is already described. */
export type CommandValues<C> = C extends Command<infer P, infer O> ? Values<P, O> : never;

/** An argument that is wrong: what is expected, and never the argument itself, which may be a secret. */
export class UsageError extends Error {}

/** Infers the types of a command's values from its description. */
export function defineCommand<const P extends Positionals, const O extends Options>(
  command: Command<P, O>,
): Command<P, O> {
  return command;
}
