import { createRequire } from "node:module";
import * as path from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";

const ROOT = path.join(__dirname, "..");
const load = createRequire(__filename);

/** Rooms whose modules belong to this process rather than to the program: this one, and the running command's. */
const KEPT = ["node_modules", ...[__filename, process.argv[1] ?? ""].map(room)];

/**
 * index.ts as a program that runs inside this process, where no language host is needed. Each run loads it again,
 * because it declares its resources while it is loaded, and because it may have been edited.
 */
export const stackProgram: PulumiFn = () => {
  for (const file of Object.keys(load.cache)) {
    if (isInRoot(file) && !KEPT.includes(room(file))) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- this is how node forgets a module
      delete load.cache[file];
    }
  }
  return Promise.resolve(load("../index.ts") as Record<string, unknown>);
};

function isInRoot(file: string): boolean {
  return !/^\.\.(?:$|[\\/])/.test(path.relative(ROOT, file));
}

/** The top-level folder that a file is in, or its own name for a file beside index.ts. */
function room(file: string): string {
  return path.relative(ROOT, file).split(path.sep)[0] ?? "";
}
