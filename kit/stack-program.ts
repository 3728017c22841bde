import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { isModuleNamespaceObject } from "node:util/types";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { IS_PACKAGE } from "../component/contract/command-line";
import { programResult } from "./program-result";
import { programFolder, readProject, ROOT } from "./project";
import { beginRun, needTsx } from "./typescript";

const load = createRequire(__filename);

/**
 * Folders whose modules stay loaded because they belong to this process: this one and the running command's. A package's
 * always do.
 */
const KEPT = IS_PACKAGE ? [] : [__filename, process.argv[1] ?? ""].map(room);

/** tsx keeps compiled modules there, and a checkout may be there too. */
const TEMPORARY = os.tmpdir() + path.sep;

/** What a run of the program read. */
export interface ProgramFiles {
  /** Modules, and files opened with `readFileSync`. One that was missing is there too. Absolute paths. */
  readonly files: ReadonlySet<string>;
  /** Folders listed with `readdirSync`. Absolute paths. */
  readonly folders: ReadonlySet<string>;
}

interface Reading {
  readonly files: Set<string>;
  readonly folders: Set<string>;
}

const { readFileSync, readdirSync } = fs;
const reading = new AsyncLocalStorage<Reading>();
let last: Reading = { files: new Set(), folders: new Set() };

/**
 * Runs the project's program inside this process, so that no language host is needed, in the folder in which the language
 * host would run it. Each run loads it again, because it declares its resources when it is loaded, and because it may
 * have been edited.
 */
export const stackProgram: PulumiFn = () => {
  const main = path.join(ROOT, readProject().main);
  beginRun();
  const entry = entryOf(main);
  // One that stayed loaded would declare nothing, and the engine would delete what it declared before.
  for (const file of Object.keys(load.cache)) {
    if (file === entry || isOfProgram(file)) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- this is how node forgets a module
      delete load.cache[file];
    }
  }
  last = { files: new Set(), folders: new Set() };
  return reading.run(last, async () => {
    process.chdir(programFolder());
    const exported: unknown = load(entry);
    refuseKeptModules();
    return await programResult(exported, entry);
  });
};

/** The program's file. */
function entryOf(main: string): string {
  let entry: string;
  try {
    entry = load.resolve(main);
  } catch (error) {
    // Without tsx, Node does not find the index.ts of a folder.
    needTsx(main);
    throw error;
  }
  if (/\.[cm]?tsx?$/.test(entry)) needTsx(entry);
  return entry;
}

/** Node requires an ES module by itself, without tsx, and keeps it for all runs of the process. */
function refuseKeptModules(): void {
  for (const [file, module] of Object.entries(load.cache)) {
    if (isModuleNamespaceObject(module?.exports) && isOfProgram(file)) needTsx(file);
  }
}

/** What the last run of the program read, up to its failure if it failed. Packages are not among it. */
export function programFiles(): ProgramFiles {
  return last;
}

// node and tsx also read modules through this function.
fs.readFileSync = ((...args: Parameters<typeof readFileSync>) => {
  const name = absolute(args[0]);
  if (isOfProgram(name)) reading.getStore()?.files.add(name);
  return readFileSync(...args);
}) as typeof readFileSync;

fs.readdirSync = ((...args: Parameters<typeof readdirSync>) => {
  const name = absolute(args[0]);
  if (isOfProgram(name)) reading.getStore()?.folders.add(name);
  return readdirSync(...args);
}) as typeof readdirSync;

function absolute(file: fs.PathOrFileDescriptor): string {
  if (typeof file === "string") return path.resolve(file);
  return file instanceof URL ? file.pathname : "";
}

/** Whether a file is neither a package's, nor the system's, nor in one of the kept folders. It can be outside the checkout. */
function isOfProgram(file: string): boolean {
  if (/[\\/]node_modules(?:[\\/]|$)|^\/(?:proc|sys|dev)\//.test(file)) return false;
  if (file.startsWith(TEMPORARY) && !file.startsWith(ROOT + path.sep)) return false;
  return path.isAbsolute(file) && !KEPT.includes(room(file));
}

/** The top-level folder of a file, or its own name for a file next to Pulumi.yaml. */
function room(file: string): string {
  return path.relative(ROOT, file).split(path.sep)[0] ?? "";
}
