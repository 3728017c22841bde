import { Script } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";

/** Anything may be `pulumi.unknown` at preview, and a caller in JavaScript may have passed anything. */
export type ResolvedArgs = Partial<Record<keyof WorkerScriptArgs, unknown>>;

// Where each limit comes from is said at the argument, in args.ts.
const MAX_NAME = 255;
const MAX_DNS_LABEL = 63;
const MAX_TEXT_BYTES = 5_120;
const MAX_VARIABLES = 128;
const MAX_VARIABLES_ON_FREE_PLAN = 64;

/**
 * What is wrong with the arguments: the path of each, what is expected there and how to get it. Never a value,
 * not even of a name: a secret may stand in the wrong place.
 */
export function findProblems(args: ResolvedArgs, now: Date): string[] {
  const problems: string[] = [];
  const expect = (path: string, value: unknown, holds: (text: string) => boolean, expected: string) => {
    if (!pulumi.isUnknown(value) && !(typeof value === "string" && holds(value))) {
      problems.push(`${path}: expected ${expected}.`);
    }
  };

  expect("accountId", args.accountId, (id) => /^[0-9a-f]{32}$/i.test(id), ACCOUNT_ID);
  expect("name", args.name, (name) => /^[a-z0-9_][a-z0-9-_]*$/.test(name) && name.length <= MAX_NAME, NAME);
  if (args.workersDev === true) {
    expect("name", args.name, (name) => name.length <= MAX_DNS_LABEL && !name.endsWith("-"), DNS_LABEL);
  }
  expect("content", args.content, (content) => content.trim() !== "", CONTENT);
  if (args.compatibilityDate !== undefined) {
    expect("compatibilityDate", args.compatibilityDate, (date) => isPastDate(date, now), DATE);
  }

  const bindings = declaredBindings(args);
  const firstPaths = new Map<unknown, string>();
  for (const { list, path, namePath, name, text, type } of bindings) {
    expect(namePath, name, isVariableName, VARIABLE_NAME);
    const first = firstPaths.get(name);
    if (first !== undefined && !pulumi.isUnknown(name)) {
      problems.push(
        `${namePath}: expected a name of its own, but ${first} is the same. Rename or remove one.`,
      );
    }
    firstPaths.set(name, first ?? namePath);

    if (list === "secretTextBindings") {
      expect(`${path}.text`, text, (value) => value !== "" && fits(value), SECRET_TEXT);
    } else if (list === "plainTextBindings") {
      expect(`${path}.text`, text, fits, PLAIN_TEXT);
    } else if (type === "secret_text") {
      problems.push(`${path}: expected another type than secret_text. Declare it in secretTextBindings.`);
    }
  }
  if (countVariables(bindings) > MAX_VARIABLES) {
    problems.push(
      `secretTextBindings, plainTextBindings, inheritedSecrets and bindings: expected at most ${MAX_VARIABLES} ` +
        `variables and secrets together, found ${countVariables(bindings)}. Put several into one JSON value.`,
    );
  }
  return problems;
}

/** What only some accounts refuse. */
export function findWarnings(args: ResolvedArgs): string[] {
  const count = countVariables(declaredBindings(args));
  return count > MAX_VARIABLES_ON_FREE_PLAN && count <= MAX_VARIABLES
    ? [
        `${count} variables and secrets; an account on the free plan takes ${MAX_VARIABLES_ON_FREE_PLAN} a Worker.`,
      ]
    : [];
}

const ACCOUNT_ID =
  "32 hexadecimal digits. `npx wrangler whoami` prints them; then `pulumi config set accountId <id>`";
const NAME = `1 to ${MAX_NAME} characters of a-z, 0-9, - and _, not starting with -. Choose another script name`;
const DNS_LABEL =
  `at most ${MAX_DNS_LABEL} characters and no - at the end, because workersDev makes it a host name. ` +
  "Choose another script name or leave workersDev out";
const CONTENT = "the script's source code, not an empty text. Check the file that it is read from";
const DATE = "a date as YYYY-MM-DD, not in the future. Use the day on which you last tested the Worker";
const VARIABLE_NAME = "a JavaScript variable name such as API_KEY. Rename it here and in the Worker";
const SECRET_TEXT =
  `1 to ${MAX_TEXT_BYTES} bytes as UTF-8. Set it with \`pulumi config set --secret <key>\`; ` +
  "what is larger goes into Secrets Store or KV";
const PLAIN_TEXT = `at most ${MAX_TEXT_BYTES} bytes as UTF-8. What is larger goes into KV`;

interface DeclaredBinding {
  list: keyof WorkerScriptArgs;
  path: string;
  namePath: string;
  name: unknown;
  text?: unknown;
  type?: unknown;
}

/** The items of all lists that are known, with their paths. */
function declaredBindings(args: ResolvedArgs): DeclaredBinding[] {
  const lists = ["secretTextBindings", "plainTextBindings", "inheritedSecrets", "bindings"] as const;
  return lists.flatMap((list) => {
    const items: unknown[] = Array.isArray(args[list]) ? args[list] : [];
    return items.map((item, index) => {
      const path = `${list}[${index}]`;
      return list === "inheritedSecrets" || pulumi.isUnknown(item)
        ? { list, path, namePath: path, name: item, text: item }
        : { list, path, namePath: `${path}.name`, name: undefined, ...(item as object) };
    });
  });
}

function countVariables(bindings: DeclaredBinding[]): number {
  return bindings.filter(({ list, type }) => list !== "bindings" || type === "plain_text" || type === "json")
    .length;
}

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_TEXT_BYTES;
}

function isPastDate(date: string, now: Date): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : NaN;
  // A day that does not exist, such as 30 February, is parsed as another one.
  return time <= now.getTime() && new Date(time).toISOString().startsWith(date);
}

function isVariableName(name: string): boolean {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) {
    return false;
  }
  try {
    // Compiled, never run: reserved words such as `class` are names, but not of variables.
    new Script(`var ${name}`);
    return true;
  } catch {
    return false;
  }
}
