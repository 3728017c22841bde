import * as fs from "node:fs/promises";
import { LineCounter, type Node, parseDocument, visit } from "yaml";
import { blame, type Origin } from "./git";

/** What is known of the last change of a config key; undefined where the stack's file does not have the key. */
export type ConfigHistory = (key: string) => Origin | undefined;

/**
 * The history of a stack's config. A value that was only moved in the file, or encrypted anew, counts as changed: from
 * the outside that cannot be told from a new value.
 *
 * @param file the stack's config; where there is none, no key has a history
 * @throws Error whose message is why there is no history
 */
export async function readConfigHistory(file: string, project: string): Promise<ConfigHistory> {
  const text = await fs.readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return () => undefined;
  const lines = configLines(text, project);
  const origins = await blame(file);
  return (key) => {
    const found = lines(key)?.map((line) => origins[line - 1] ?? "uncommitted");
    return found?.reduce(later);
  };
}

/** Finds the lines that a key's value takes in a stack's config; the first line of the file is 1. */
export function configLines(text: string, project: string): (key: string) => number[] | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0) throw new Error("it is not valid YAML");
  return (key) => {
    // As Pulumi reads them: a key without a namespace is the project's.
    const keys = key.includes(":") ? [key] : [`${project}:${key}`, key];
    const [value] = keys.flatMap(
      (name) => (document.getIn(["config", name], true) as Node | undefined) ?? [],
    );
    const lines: number[] = [];
    // Only what is in the value: not its comments, nor `secure:` above it, which stay when the value changes.
    visit(value ?? null, {
      Scalar: (role, { range }) => {
        if (role === "key" || !range) return;
        const [start, end] = range;
        const { line: last } = counter.linePos(Math.max(start, end - 1));
        for (let { line } = counter.linePos(start); line <= last; line++) lines.push(line);
      },
    });
    return value && lines;
  };
}

/** Of a value of several lines the last change counts, and none that is unknown is older. */
function later(one: Origin, other: Origin): Origin {
  if (typeof one === "string") return one;
  if (typeof other === "string") return other;
  return one.at < other.at ? other : one;
}
