import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { IS_PACKAGE } from "../component/contract/command-line";

/** The names that the project's file may have. */
const FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * The folder of Pulumi.yaml: the checkout, or the project in which the package's command runs. Pulumi looks in the folders
 * above too.
 */
export const ROOT = IS_PACKAGE ? projectAround(process.cwd()) : path.join(__dirname, "..");

/** The project as Pulumi.yaml describes it. */
export interface Project {
  readonly name: string;
  /** The name of the project's file: `Pulumi.yaml`. */
  readonly file: string;
  /** The folder of the stacks' files, relative to the checkout. */
  readonly configFolder: string;
  /** The stacks' files have the same one as the project's: `.yaml`. */
  readonly extension: string;
  /** The program: a file, or a folder with a package.json or an index file; relative to the checkout. */
  readonly main: string;
}

/** What Pulumi.yaml says. */
interface Settings {
  readonly name: string;
  readonly main?: string;
  readonly stackConfigDir?: string;
  readonly config?: unknown;
}

/** @throws Error if the checkout has no Pulumi.yaml */
export function readProject(): Project {
  for (const file of FILES) {
    if (!fs.existsSync(path.join(ROOT, file))) continue;
    const { name, main = ".", stackConfigDir, config } = parse(read(file)) as Settings;
    // `config` as text is the older name of `stackConfigDir`.
    return {
      name,
      file,
      main,
      configFolder: stackConfigDir ?? (typeof config === "string" ? config : "."),
      extension: path.extname(file),
    };
  }
  throw new Error("This folder has no Pulumi.yaml.");
}

/** The folder in which Pulumi runs the program. */
export function programFolder(): string {
  const main = path.join(ROOT, readProject().main);
  return fs.statSync(main, { throwIfNoEntry: false })?.isDirectory() ? main : path.dirname(main);
}

/** The file that holds a stack's config, relative to the checkout. */
export function stackFile({ configFolder, extension }: Project, stack: string): string {
  return path.join(configFolder, `Pulumi.${stack}${extension}`);
}

/**
 * The name of a stack without organization and project.
 *
 * @throws Error if it is another project's
 */
export function shortName(stack: string, project: string): string {
  const parts = stack.split("/");
  if (parts.length === 3 && parts[1] !== project) {
    throw new Error(
      `${stack} is a stack of project ${parts[1] ?? ""}, and this is project ${project}. Name one of its own stacks, or ` +
        "run the command in the other project.",
    );
  }
  return parts.at(-1) ?? stack;
}

function projectAround(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (FILES.some((file) => fs.existsSync(path.join(folder, file)))) return folder;
    if (folder === path.dirname(folder)) return start;
  }
}

function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), "utf8");
}
