import * as pulumi from "@pulumi/pulumi";
import { MAX_TEXT_BYTES } from "../contract/limits";
import { checkOrigin } from "../secret-rules";
import { type Check, checker } from "../checker";
import {
  BINDING_LISTS,
  countVariables,
  type DeclaredBinding,
  declaredBindings,
  type ResolvedArgs,
} from "./declared-bindings";
import { checkStoreBinding } from "./store-binding-rules";
import { isVariableName } from "../variable-name";

// The source of each limit is in the comment of its argument, in args.ts.
const MAX_VARIABLES = 128;
const MAX_VARIABLES_ON_FREE_PLAN = 64;

/** Finds what is wrong with the lists of bindings. */
export function findBindingProblems(args: ResolvedArgs): string[] {
  const problems: string[] = [];
  const check = checker(problems);
  for (const list of BINDING_LISTS) {
    if (args[list] !== undefined && !pulumi.isUnknown(args[list]) && !Array.isArray(args[list])) {
      problems.push(`${list}: expected a list. Put [ and ] around it.`);
    }
  }
  const bindings = declaredBindings(args);
  const firstPaths = new Map<unknown, string>();
  for (const binding of bindings) {
    const { namePath, name } = binding;
    check(namePath, name, isVariableName, VARIABLE_NAME);
    const first = firstPaths.get(name);
    if (first !== undefined && !pulumi.isUnknown(name)) {
      problems.push(
        `${namePath}: expected a name of its own, but ${first} is the same. Rename or remove one.`,
      );
    }
    firstPaths.set(name, first ?? namePath);
    checkValue(binding, check, problems);
  }
  if (countVariables(bindings) > MAX_VARIABLES) {
    problems.push(
      `secretTextBindings, plainTextBindings, inheritedSecrets and bindings: expected at most ${MAX_VARIABLES} ` +
        `variables and secrets together, found ${countVariables(bindings)}. Put several into one JSON value.`,
    );
  }
  return problems;
}

function checkValue(binding: DeclaredBinding, check: Check, problems: string[]): void {
  const { list, path, textPath, type, text } = binding;
  if (list === "secretTextBindings") {
    check(textPath, text, (value) => value !== "" && fits(value), SECRET_TEXT);
    checkOrigin(path, binding, check, problems);
  } else if (list === "secretsStoreBindings") {
    checkStoreBinding(binding, check);
  } else if (list === "plainTextBindings" || type === "plain_text") {
    check(textPath, text, fits, PLAIN_TEXT);
  } else if (type === "json") {
    check(`${path}.json`, binding.json, (value) => fits(value) && isJson(value), JSON_VALUE);
  } else if (type === "secret_key") {
    checkKey(binding, check);
  } else if (type === "secret_text") {
    problems.push(`${path}: expected another type than secret_text. Declare it in secretTextBindings.`);
  }
}

/** Follows the official provider's schema, in which the first two are JSON and the format is one of a list. */
function checkKey({ path, algorithm, keyJwk, format }: DeclaredBinding, check: Check): void {
  if (algorithm !== undefined) {
    check(`${path}.algorithm`, algorithm, isJson, ALGORITHM);
  }
  if (keyJwk !== undefined) {
    check(`${path}.keyJwk`, keyJwk, isJson, JWK);
  }
  if (format !== undefined) {
    check(`${path}.format`, format, (value) => FORMATS.includes(value.toLowerCase()), FORMAT);
  }
}

/** Finds what only some accounts refuse, and what this preview cannot show. */
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

const VARIABLE_NAME = "a JavaScript variable name such as API_KEY. Rename it here and in the Worker";
const SECRET_TEXT =
  `1 to ${MAX_TEXT_BYTES} bytes as UTF-8. Set it with \`pulumi config set --secret <key>\`; ` +
  "what is larger goes into Secrets Store or KV";
const PLAIN_TEXT = `at most ${MAX_TEXT_BYTES} bytes as UTF-8. What is larger goes into KV`;
const JSON_VALUE = `JSON text of at most ${MAX_TEXT_BYTES} bytes as UTF-8. Pass JSON.stringify(<the value>)`;
const ALGORITHM = 'JSON text, such as {"name":"HMAC","hash":"SHA-256"}. Pass JSON.stringify(<the algorithm>)';
const JWK = "the key as JSON text. Pass JSON.stringify(<the JSON Web Key>)";
const FORMATS = ["raw", "pkcs8", "spki", "jwk"];
const FORMAT = `one of ${FORMATS.join(", ")}. Use the format that the key was exported in`;

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_TEXT_BYTES;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
