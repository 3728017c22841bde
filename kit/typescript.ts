import { createRequire, register } from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { IS_PACKAGE } from "../component/contract/command-line";
import { findPackage } from "./find-package";
import { ROOT } from "./project";

/** Hooks for what a program imports as it runs. */
const HOOKS = pathToFileURL(path.join(__dirname, "typescript-imports.mjs"));

const load = createRequire(__filename);

/** How often the program has run in this process: the hooks read it in their thread. */
const runs = new Int32Array(new SharedArrayBuffer(4));

interface Tsx {
  readonly cjs: string;
  readonly esm: string;
}

let prepared: { readonly tsx: Tsx | undefined } | undefined;

/**
 * Begins a run of the program, whose ES modules Node would otherwise keep from the run before, and lets it be in TypeScript.
 * The scripts of a checkout start with tsx/cjs, which handles `require`. The package does not bring tsx, because with esbuild
 * it is larger than everything else there, and Pulumi itself does not need it: it is taken from the project, if it is there.
 */
export function beginRun(): void {
  prepared ??= prepare();
  Atomics.add(runs, 0, 1);
}

/** @throws Error if tsx is not installed, which loads a file of the program */
export function needTsx(file: string): void {
  prepared ??= prepare();
  if (prepared.tsx !== undefined) return;
  throw new Error(`The package tsx loads ${path.relative(ROOT, file)}: npm install --save-dev tsx`);
}

function prepare(): { readonly tsx: Tsx | undefined } {
  const tsx = findTsx();
  if (IS_PACKAGE && tsx !== undefined) load(tsx.cjs);
  register(HOOKS, { data: { runs, tsx: tsx?.esm } });
  return { tsx };
}

function findTsx(): Tsx | undefined {
  const [cjs, esm] = [findPackage("tsx/cjs"), findPackage("tsx/esm")];
  return cjs === undefined || esm === undefined ? undefined : { cjs, esm: pathToFileURL(esm).href };
}
