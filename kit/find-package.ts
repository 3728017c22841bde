import { createRequire } from "node:module";
import * as path from "node:path";
import { programFolder, ROOT } from "./project";

/**
 * Finds a package that the project may have: where the program has its packages, where the project has them, or beside this
 * package.
 *
 * @param name what `require` would be called with
 * @returns the file that `require` would load, or undefined
 */
export function findPackage(name: string): string | undefined {
  for (const place of [path.join(programFolder(), "-"), path.join(ROOT, "-"), __filename]) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      // The next one may have it.
    }
  }
  return undefined;
}
