import * as fs from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { SECRET_VALUES_KEY } from "../../component/contract/kept-values-setting";
import { type Kept, keptIn, type Place } from "../../kit/config-place";
import { fullKey } from "../../kit/config-key";
import { isObject } from "../../kit/json";
import { type Project, ROOT, stackFile } from "../../kit/project";

/** What a stack's file says about its config, without a value. */
export interface StackFile {
  /** How it holds a value; undefined if it has none. */
  readonly kept: (place: Place) => Kept | undefined;
  /** Whether it imports Pulumi ESC environments, which may have further keys. */
  readonly imports: boolean;
  /** Whether its deploys keep the values that the Workers have. */
  readonly keeps: boolean;
}

/** Reads the files of all stacks. Nothing is decrypted. */
export function readStackFiles(project: Project): ReadonlyMap<string, StackFile> {
  const folder = path.join(ROOT, project.configFolder);
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  const stacks = names
    .filter((name) => name.startsWith("Pulumi.") && name.endsWith(project.extension))
    .map((name) => name.slice("Pulumi.".length, -project.extension.length))
    .filter((stack) => stack !== "");
  return new Map(
    stacks.map((stack) => {
      return [stack, readStackFile(path.join(ROOT, stackFile(project, stack)), project.name)];
    }),
  );
}

export function readStackFile(file: string, project: string): StackFile {
  return parseStackFile(fs.readFileSync(file, "utf8"), path.basename(file), project);
}

/** @param file for the message if it is not YAML, which does not quote it */
export function parseStackFile(text: string, file: string, project: string): StackFile {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new Error(`${file} is not valid YAML.`);
  const content: unknown = document.toJS();
  const { config, environment } = isObject(content) ? content : {};
  const entries = isObject(config) ? Object.entries(config) : [];
  return {
    kept: keptIn(config, project),
    imports: environment !== undefined && environment !== null,
    keeps: entries.some(([key, value]) => fullKey(key, project) === SECRET_VALUES_KEY && value === "keep"),
  };
}
