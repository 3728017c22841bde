import { existsSync } from "node:fs";
import { createRequire, register } from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { commandLine, IS_PACKAGE } from "../component/contract/command-line";
import { ROOT } from "./project";

/** What the scripts of a checkout start with lets a program require TypeScript; this lets it import some, too. */
const IMPORTS = pathToFileURL(path.join(__dirname, "typescript-imports.mjs"));

let loaded: Promise<unknown> | undefined;

/**
 * Lets this process load a program in TypeScript. The scripts of a checkout start with tsx/cjs. The package does not bring it,
 * because with esbuild it is larger than everything else there, and Pulumi itself does not need it.
 *
 * @throws Error if the project's program is TypeScript, and tsx is not installed
 */
export async function loadTypeScript(): Promise<void> {
  await (loaded ??= IS_PACKAGE ? load() : letImport());
}

function letImport(): Promise<void> {
  register(IMPORTS);
  return Promise.resolve();
}

async function load(): Promise<void> {
  let tsx: string;
  try {
    tsx = createRequire(path.join(ROOT, "package.json")).resolve("tsx");
  } catch {
    if (!existsSync(path.join(ROOT, "tsconfig.json"))) return;
    throw new Error(
      `${commandLine("COMMAND")} runs a program in TypeScript with the package tsx: npm install --save-dev tsx`,
    );
  }
  await import(pathToFileURL(tsx).href);
}
