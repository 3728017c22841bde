import { Script } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { MAX_TEXT_BYTES } from "../contract/limits";
import { BINDING_LISTS, countVariables, declaredBindings, type ResolvedArgs } from "./declared-bindings";

// Where each limit comes from is said at the argument, in args.ts.
const MAX_NAME = 255;
const MAX_DNS_LABEL = 63;
const MAX_VARIABLES = 128;
const MAX_VARIABLES_ON_FREE_PLAN = 64;

/**
 * What is wrong with the arguments: the path of each, what is expected there and how to get it. Never a value,
 * not even of a name: a secret may stand in the wrong place.
 */
export function findProblems(args: ResolvedArgs, now: Date): string[] {
  const problems: string[] = [];
  const check = (path: string, value: unknown, holds: (text: string) => boolean, expected: string) => {
    if (!pulumi.isUnknown(value) && !(typeof value === "string" && holds(value))) {
      problems.push(`${path}: expected ${expected}.`);
    }
  };

  check("accountId", args.accountId, (id) => /^[0-9a-f]{32}$/.test(id), ACCOUNT_ID);
  check("name", args.name, (name) => /^[a-z0-9_][a-z0-9-_]*$/.test(name) && name.length <= MAX_NAME, NAME);
  if (args.workersDev === true) {
    check("name", args.name, isDnsLabel, DNS_LABEL);
  }
  if (args.workersDevSubdomain !== undefined) {
    check("workersDevSubdomain", args.workersDevSubdomain, isDnsLabel, SUBDOMAIN);
  }
  check("content", args.content, (content) => content.trim() !== "", CONTENT);
  if (args.compatibilityDate !== undefined) {
    check("compatibilityDate", args.compatibilityDate, (date) => isPastDate(date, now), DATE);
  }
  if (args.undeclaredSecrets !== undefined) {
    check("undeclaredSecrets", args.undeclaredSecrets, (choice) => UNDECLARED.includes(choice), CHOICE);
  }
  if (args.unreadableWorker !== undefined) {
    const choices = ["error", "warn"];
    const expected = "one of error, warn. Leave it out for error";
    check("unreadableWorker", args.unreadableWorker, (choice) => choices.includes(choice), expected);
  }

  for (const list of BINDING_LISTS) {
    if (args[list] !== undefined && !pulumi.isUnknown(args[list]) && !Array.isArray(args[list])) {
      problems.push(`${list}: expected a list. Put [ and ] around it.`);
    }
  }
  const bindings = declaredBindings(args);
  const firstPaths = new Map<unknown, string>();
  for (const { list, path, namePath, textPath, name, type, text, json, source, maxAge } of bindings) {
    check(namePath, name, isVariableName, VARIABLE_NAME);
    const first = firstPaths.get(name);
    if (first !== undefined && !pulumi.isUnknown(name)) {
      problems.push(
        `${namePath}: expected a name of its own, but ${first} is the same. Rename or remove one.`,
      );
    }
    firstPaths.set(name, first ?? namePath);

    if (list === "secretTextBindings") {
      check(textPath, text, (value) => value !== "" && fits(value), SECRET_TEXT);
      if (source !== undefined) {
        check(`${path}.source`, source, (value) => value !== "", SOURCE);
      }
      if (maxAge !== undefined && !(typeof maxAge === "number" && maxAge > 0)) {
        problems.push(`${path}.maxAge: expected a number of days above 0. Leave it out for no limit.`);
      }
    } else if (list === "plainTextBindings" || type === "plain_text") {
      check(textPath, text, fits, PLAIN_TEXT);
    } else if (type === "json") {
      check(`${path}.json`, json, fits, PLAIN_TEXT);
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

/** What only some accounts refuse, and what a preview cannot show. */
export function findWarnings(args: ResolvedArgs): string[] {
  const count = countVariables(declaredBindings(args));
  const warnings = [];
  if (count > MAX_VARIABLES_ON_FREE_PLAN && count <= MAX_VARIABLES) {
    const limit = MAX_VARIABLES_ON_FREE_PLAN;
    warnings.push(`${count} variables and secrets; an account on the free plan takes ${limit} a Worker.`);
  }
  if (pulumi.isUnknown(args.secretTextBindings)) {
    warnings.push(
      "the list secretTextBindings is not known before the deploy, so this preview names no secret, and shows " +
        "those that are deployed as deleted. Pass an array in which only the texts are Outputs.",
    );
  }
  return warnings;
}

const ACCOUNT_ID =
  "32 hexadecimal digits, a-f in lower case. `npx wrangler whoami` prints them; then `pulumi config set accountId <id>`";
const NAME = `1 to ${MAX_NAME} characters of a-z, 0-9, - and _, not starting with -. Choose another script name`;
const DNS_LABEL =
  `at most ${MAX_DNS_LABEL} characters and no - at the end, because workersDev makes it a host name. ` +
  "Choose another script name or leave workersDev out";
const SUBDOMAIN = "only the account's own part of the address, such as my-team in my-team.workers.dev";
const CONTENT = "the script's source code, not an empty text. Check the file that it is read from";
const DATE = "a date as YYYY-MM-DD, not in the future. Use the day on which you last tested the Worker";
const UNDECLARED = ["error", "warn", "delete"];
const CHOICE = `one of ${UNDECLARED.join(", ")}. Leave it out for error`;
const VARIABLE_NAME = "a JavaScript variable name such as API_KEY. Rename it here and in the Worker";
const SECRET_TEXT =
  `1 to ${MAX_TEXT_BYTES} bytes as UTF-8. Set it with \`pulumi config set --secret <key>\`; ` +
  "what is larger goes into Secrets Store or KV";
const SOURCE = "the place that the value comes from, such as config:api-key, not empty and no secret";
const PLAIN_TEXT = `at most ${MAX_TEXT_BYTES} bytes as UTF-8. What is larger goes into KV`;

function isDnsLabel(text: string): boolean {
  return /^[a-z0-9_]([a-z0-9-_]*[a-z0-9_])?$/.test(text) && text.length <= MAX_DNS_LABEL;
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
