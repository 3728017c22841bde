import { parseArgs } from "node:util";
import {
  type Command,
  type Options,
  type Positionals,
  type Setting,
  UsageError,
  type Values,
} from "./command";

export type Parsed<V> =
  | { readonly kind: "help" }
  /** What is wrong, a line each. */
  | { readonly kind: "wrong"; readonly problems: readonly string[] }
  | { readonly kind: "right"; readonly values: V };

/** Parses the arguments of a call and lists all problems with them. */
export function parse<P extends Positionals, O extends Options>(
  command: Command<P, O>,
  args: readonly string[],
): Parsed<Values<P, O>> {
  const { positionals, given, problems } = tokenize(command.options, args);
  if (given.has("help")) {
    return { kind: "help" };
  }
  problems.push(...countProblems(command.positionals, positionals));
  const values: Record<string, unknown> = {};
  for (const [index, [key, { required }]] of Object.entries(command.positionals).entries()) {
    values[key] = positionals[index] ?? (required ? "" : undefined);
  }
  for (const [key, option] of Object.entries(command.options)) {
    if (!isSetting(option)) {
      values[key] = given.has(key);
      continue;
    }
    try {
      values[key] = settingValue(option, given.get(key));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(`--${key}: ${error.message}`);
      values[key] = settingValue(option, undefined);
    }
  }
  // A missing or wrong value gets its default here, so that the other problems are found too.
  problems.push(...(command.check?.(values as Values<P, O>) ?? []));
  return problems.length > 0
    ? { kind: "wrong", problems }
    : { kind: "right", values: values as Values<P, O> };
}

export function isSetting(option: Options[string]): option is Setting {
  return "value" in option;
}

interface Tokenized {
  readonly positionals: string[];
  /** The options that were given; the last value of each. */
  readonly given: ReadonlyMap<string, string | undefined>;
  readonly problems: string[];
}

function tokenize(options: Options, args: readonly string[]): Tokenized {
  const types = Object.entries(options).map(
    ([name, option]) => [name, { type: isSetting(option) ? "string" : "boolean" }] as const,
  );
  const { tokens } = parseArgs({
    args: ungrouped(args),
    options: { ...Object.fromEntries(types), help: { type: "boolean", short: "h" } },
    // In strict mode it throws at the first problem, with a message that quotes the argument.
    strict: false,
    tokens: true,
  });
  const positionals: string[] = [];
  const given = new Map<string, string | undefined>();
  const problems = new Set<string>();
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, value } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option !== undefined && isSetting(option)) {
      const isOption = !token.inlineValue && value?.startsWith("-");
      const missing = value === undefined || value === "" || isOption;
      if (missing) problems.add(`--${name}: expected a value: --${name}=${option.value}`);
      given.set(name, missing ? undefined : value);
    } else if (option !== undefined || name === "help") {
      if (value !== undefined) problems.add(`--${name}: expected no value.`);
      given.set(name, undefined);
    } else {
      problems.add(unknownOption(token.rawName));
    }
  }
  return { positionals, given, problems: [...problems] };
}

/** Makes a word such as `-abc` one unknown option instead of three: the only one-letter option is `-h`. */
function ungrouped(args: readonly string[]): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.map((arg, index) => (index < end && /^-[^-]./s.test(arg) ? "-?" : arg));
}

/** Names the option only if it looks like one, because a secret may begin with `-`, as every PEM does. */
function unknownOption(rawName: string): string {
  return /^--[a-z]+(?:-[a-z]+)*$/.test(rawName) ? `Unknown option: ${rawName}` : "Unknown option.";
}

function settingValue({ default: fallback, parse: convert }: Setting, text: string | undefined): unknown {
  const found = text ?? fallback;
  return found === undefined || convert === undefined ? found : convert(found);
}

/** Describes a wrong number of arguments without quoting them, because one of them may be a secret. */
function countProblems(positionals: Positionals, found: readonly string[]): string[] {
  const all = Object.values(positionals);
  const required = all.filter((positional) => positional.required);
  if (found.length >= required.length && found.length <= all.length) return [];
  const expected = all.length === 0 ? "none" : all.map(usage).join(" ");
  const meaning = all.map(({ name, help }) => ` ${name} is ${help}.`).join("");
  return [`Arguments: expected ${expected}, found ${found.length}.${meaning}`];
}

export function usage({ name, required }: Positionals[string]): string {
  return required ? name : `[${name}]`;
}
