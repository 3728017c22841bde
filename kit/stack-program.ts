import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";

const ROOT = path.join(__dirname, "..");
const load = createRequire(__filename);

/** Folders whose modules stay loaded because they belong to this process: this one and the running command's. */
const KEPT = ["node_modules", ...[__filename, process.argv[1] ?? ""].map(room)];

const { readFileSync } = fs;
const reading = new AsyncLocalStorage<Set<string>>();
let files = new Set<string>();

/**
 * Runs index.ts inside this process, so that no language host is needed. Each run loads it again, because it declares
 * its resources when it is loaded, and because it may have been edited.
 */
export const stackProgram: PulumiFn = () => {
  for (const file of Object.keys(load.cache)) {
    if (isOfProgram(file)) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- this is how node forgets a module
      delete load.cache[file];
    }
  }
  files = new Set();
  return reading.run(files, () => Promise.resolve(load("../index.ts") as Record<string, unknown>));
};

/**
 * The files of the checkout that the last run of the program read, relative to the checkout: modules, and files opened
 * with `readFileSync`. If the run failed, these are the files up to the failure, including one that was missing.
 */
export function programFiles(): ReadonlySet<string> {
  return files;
}

// node and tsx also read modules through this function.
fs.readFileSync = ((...args: Parameters<typeof readFileSync>) => {
  const [file] = args;
  const name = typeof file === "string" ? path.resolve(file) : file instanceof URL ? file.pathname : "";
  if (isOfProgram(name)) reading.getStore()?.add(path.relative(ROOT, name));
  return readFileSync(...args);
}) as typeof readFileSync;

/** Whether a file is in the checkout and not in one of the kept folders. */
function isOfProgram(file: string): boolean {
  return !/^\.\.(?:$|[\\/])/.test(path.relative(ROOT, file)) && !KEPT.includes(room(file));
}

/** The top-level folder of a file, or its own name for a file next to index.ts. */
function room(file: string): string {
  return path.relative(ROOT, file).split(path.sep)[0] ?? "";
}
