import { createRequire } from "node:module";
import * as path from "node:path";
import { programFolder, ROOT } from "./project";

/**
 * Finds a package that the project may have, or that is beside this package.
 *
 * @param name what `require` would be called with
 * @param folders where to look first. Default: where the program has its packages, and where the project has them
 * @returns the file that `require` would load, or undefined
 */
export function findPackage(
  name: string,
  folders: readonly string[] = [programFolder(), ROOT],
): string | undefined {
  for (const place of [...folders.map((folder) => path.join(folder, "-")), __filename]) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      // The next one may have it.
    }
  }
  return undefined;
}
