import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { parse } from "yaml";
import { type ListEntry, listEntries, type SecretList } from "../../component/contract/secret-list";
import { printSource } from "../../component/contract/source";
import { isObject } from "../../kit/json";
import { programFolder, type Project, ROOT } from "../../kit/project";
import { needTsx } from "../../kit/typescript";

/** The list of secrets, next to the program. */
const LIST = "secret-list.ts";

/** What the list says about a secret. Without a list, only its key and description are known. */
export type Listed = Pick<ListEntry, "source" | "key" | "place" | "description" | "maxAge" | "stacks"> &
  Partial<Pick<ListEntry, "worker" | "binding">>;

/**
 * Reads the list of secrets. A project without one has the keys that Pulumi.yaml declares as secrets, which every stack
 * needs.
 */
export function readList(project: Project): { entries: readonly Listed[]; isList: boolean } {
  const file = path.join(programFolder(), LIST);
  if (!fs.existsSync(file)) {
    return { entries: secretKeys(fs.readFileSync(path.join(ROOT, project.file), "utf8")), isList: false };
  }
  needTsx(file);
  const { SECRETS } = createRequire(__filename)(file) as { SECRETS?: SecretList };
  if (SECRETS === undefined) {
    throw new Error(`${LIST}: expected \`export const SECRETS = {...} as const satisfies SecretList\`.`);
  }
  return { entries: listEntries(SECRETS), isList: true };
}

/** The secrets that Pulumi.yaml declares. */
export function secretKeys(text: string): Listed[] {
  const project: unknown = parse(text);
  const config = isObject(project) && isObject(project["config"]) ? project["config"] : {};
  return Object.entries(config).flatMap(([key, declared]) => {
    if (!isObject(declared) || declared["secret"] !== true) return [];
    const { description } = declared;
    return {
      source: printSource({ kind: "config", key }),
      key,
      place: { key, path: [] },
      description: typeof description === "string" ? description : undefined,
      maxAge: undefined,
      stacks: undefined,
    };
  });
}
