import * as pulumi from "@pulumi/pulumi";
import { MAIN_MODULE } from "../contract/main-module";
import { checker } from "../checker";
import type { ResolvedArgs } from "./declared-bindings";
import type { WorkerModule } from "./modules";

/** The types of modules that Wrangler 4 uploads. */
const TYPES = [
  "application/javascript+module",
  "application/javascript",
  "application/wasm",
  "text/plain",
  "application/octet-stream",
  "application/source-map",
];
/** These parts of an upload are not modules. */
const TAKEN = [MAIN_MODULE, "metadata"];

/** Finds what is wrong with `modules`. */
export function findModuleProblems({ modules, module }: ResolvedArgs): string[] {
  if (modules === undefined || pulumi.isUnknown(modules)) {
    return [];
  }
  if (!isObject(modules)) {
    return [`modules: expected ${MODULES}.`];
  }
  const named = Object.entries(modules);
  const problems: string[] = [];
  if (module === false && named.length > 0) {
    problems.push(`modules: expected ${NO_MODULES}.`);
  }
  const check = checker(problems);
  for (const [name, item] of named) {
    const path = `modules[${JSON.stringify(name)}]`;
    check(path, name, isModuleName, NAME);
    if (pulumi.isUnknown(item)) {
      continue;
    }
    const { contentType, content, contentBase64 } = (item ?? {}) as Partial<WorkerModule>;
    check(`${path}.contentType`, contentType, (type) => TYPES.includes(type), TYPE);
    if ((content === undefined) === (contentBase64 === undefined)) {
      problems.push(`${path}: expected ${ONE_CONTENT}.`);
    } else if (contentBase64 === undefined) {
      check(`${path}.content`, content, () => true, "the content as text");
    } else {
      check(`${path}.contentBase64`, contentBase64, isBase64, BASE64);
    }
  }
  return problems;
}

const MODULES = 'modules by name, such as { "add.wasm": { contentType: "application/wasm", contentBase64 } }';
const NO_MODULES =
  "none, because a service worker cannot import modules. Take module: false out and use `export default`";
const NAME =
  `a path without .. and not starting with /, and neither ${TAKEN.join(" nor ")}. ` +
  `Rename the module here and where it is imported: names are relative to ${MAIN_MODULE}, which is content`;
const TYPE = `one of ${TYPES.join(", ")}`;
const ONE_CONTENT = "either content, as text, or contentBase64. Pass one of them";
const BASE64 = 'base64. Pass fs.readFileSync(<the file>, "base64")';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isModuleName(name: string): boolean {
  return (
    !TAKEN.includes(name) && name.split("/").every((part) => part !== "" && part !== ".." && part !== ".")
  );
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
