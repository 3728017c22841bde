import * as fs from "node:fs";
import * as path from "node:path";

type Exported = Record<string, unknown>;

/**
 * What Pulumi's Node language host takes for the outputs of a program: what a function returns that is exported in place of
 * names, and, in a package of type `module`, the default export.
 *
 * @param exported what the program's module exports
 * @param file the program's file
 */
export async function programResult(exported: unknown, file: string): Promise<Exported> {
  const result = isModule(path.dirname(file)) ? defaultOf(exported as Exported) : exported;
  return (await (typeof result === "function" ? (result as () => unknown)() : result)) as Exported;
}

function defaultOf(exported: Exported): unknown {
  if (!Object.hasOwn(exported, "default")) return exported;
  // tsx adds `__esModule`, which cannot be listed.
  if (Object.keys(exported).length > 1) {
    throw new Error("The program exports names and a default: Pulumi takes one of both.");
  }
  return exported["default"];
}

/** Whether the package of a folder has ES modules. */
function isModule(folder: string): boolean {
  const file = path.join(folder, "package.json");
  if (fs.existsSync(file))
    return (JSON.parse(fs.readFileSync(file, "utf8")) as { type?: string }).type === "module";
  const above = path.dirname(folder);
  return above !== folder && isModule(above);
}
