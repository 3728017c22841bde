import * as fs from "node:fs/promises";
import {
  type Alias,
  type Document,
  isCollection,
  isMap,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from "yaml";
import { type ConfigPlace, parsePlace } from "../../component/contract/property-path";
import { blame, type Origin } from "./git";

/** Returns the last change of a config key; undefined if the key is not in the stack's file. */
export type ConfigHistory = (key: string) => Origin | undefined;

/**
 * Reads the history of a stack's config. A value that was only moved in the file or encrypted again counts as changed,
 * because it looks like a new value.
 *
 * @param file the stack's config; if it does not exist, no key has a history
 * @throws Error whose message is why there is no history
 */
export async function readConfigHistory(file: string, project: string): Promise<ConfigHistory> {
  // If the file is a symbolic link, its target has the lines and their history.
  const target = await fs.realpath(file).catch((error: unknown) => {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new Error(`the file cannot be read (${code})`, { cause: error });
  });
  if (target === undefined) return () => undefined;
  const lines = configLines(await fs.readFile(target, "utf8"), project);
  const origins = await blame(target);
  return (key) => {
    const found = lines(key)?.map((line) => origins[line - 1] ?? "uncommitted");
    return found?.reduce(later);
  };
}

/** Finds the lines of the value of a key or a path in a stack's config, at least one. Lines are numbered from 1. */
export function configLines(text: string, project: string): (key: string) => number[] | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0) throw new Error("it is not valid YAML");
  return (key) => {
    const value =
      valueOf(document, { key, path: [] }, project) ?? valueOf(document, parsePlace(key), project);
    if (value === undefined) return undefined;
    const lines = new Set<number>();
    const seen = new Set<Node>();
    const add = (node: Node) => {
      const [start, end] = node.range ?? [0, 0];
      const { line: last } = counter.linePos(Math.max(start, end - 1));
      for (let { line } = counter.linePos(start); line <= last; line++) lines.add(line);
    };
    // Only the value itself, without comments and the `secure:` line, which stay when the value changes.
    const scalars = {
      Scalar: (role: unknown, node: Scalar) => {
        if (role !== "key") add(node);
      },
      Alias: (_: unknown, node: Alias) => {
        add(node);
        // The value is at the anchor, which may enclose the alias.
        const anchored = node.resolve(document);
        if (anchored === undefined || seen.has(anchored)) return;
        seen.add(anchored);
        visit(anchored, scalars);
      },
    };
    visit(value, scalars);
    if (lines.size === 0) add(value);
    return [...lines];
  };
}

/** Finds a value in the config: the key's own, or a part of it. Of a part of what is encrypted as a whole, the whole. */
function valueOf(document: Document, place: ConfigPlace | undefined, project: string): Node | undefined {
  if (place === undefined) return undefined;
  const { key, path } = place;
  // A key without a namespace belongs to the project.
  const keys = key.includes(":") ? [key] : [`${project}:${key}`, key];
  let [node] = keys.flatMap((name) => (document.getIn(["config", name], true) as Node | undefined) ?? []);
  for (const step of path) {
    if (!isCollection(node) || (isMap(node) && typeof node.get("secure") === "string")) break;
    node = node.get(step, true);
  }
  return node;
}

/** The latest change of several lines. A line of unknown age counts as the latest. */
function later(one: Origin, other: Origin): Origin {
  if (typeof one === "string") return one;
  if (typeof other === "string") return other;
  return one.at < other.at ? other : one;
}
