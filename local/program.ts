import { createRequire } from "node:module";
import * as path from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";

const ROOT = path.join(__dirname, "..");
const load = createRequire(__filename);

/**
 * index.ts as a program that runs inside this process, where no language host is needed. Each run loads it anew:
 * it declares its resources while it is loaded, and an edit must be seen.
 */
export const stackProgram: PulumiFn = () => {
  for (const file of Object.keys(load.cache)) {
    const place = path.relative(ROOT, file);
    if (!/^(?:\.\.|node_modules|local)[\\/]/.test(place)) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- this is how node forgets a module
      delete load.cache[file];
    }
  }
  return Promise.resolve(load("../index.ts") as Record<string, unknown>);
};
