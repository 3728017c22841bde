import * as fs from "node:fs";
import * as path from "node:path";
import type { Metafile } from "esbuild";

/** The packages that the files of a build import at run time. */
export function packagesOf({ outputs }: Metafile): string[] {
  const names = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path: name }) => external === true && !name.startsWith("node:"))
    .map(({ path: name }) => packageName(name));
  return [...new Set(names)];
}

/** The licenses of the packages that are in the files of a build. */
export function licensesOf(root: string, { inputs }: Metafile): string {
  const folders = Object.keys(inputs).flatMap((input) => {
    const [, folder, file] = /^(.*node_modules\/)(.+)$/.exec(input) ?? [];
    return folder === undefined || file === undefined ? [] : folder + packageName(file);
  });
  const texts = [...new Set(folders)].sort().map((folder) => {
    const found = fs.readdirSync(path.join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
    if (found === undefined) throw new Error(`${folder} has no license to hand on.`);
    return `${folder.replace(/^.*node_modules\//, "")}\n\n${fs.readFileSync(path.join(root, folder, found), "utf8").trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** `@scope/name` of `@scope/name/file`. */
function packageName(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}
