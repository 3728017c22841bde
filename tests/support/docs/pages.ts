import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

export const ROOT = path.join(__dirname, "../../..");

/** Every Markdown file of the repository, also one that is not committed yet. */
export const PAGES = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((name) => name.endsWith(".md") && exists(name));

export function exists(file: string): boolean {
  return fs.existsSync(path.join(ROOT, file));
}

export function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), "utf8");
}

/** A code block between two fences. */
export interface Block {
  /** `docs/secrets.md:10`, the line of its first fence. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

const FENCE = /^( *)(`{3,})([^\n`]*)\n([^]*?)^\1\2 *$/gm;

export const BLOCKS: readonly Block[] = PAGES.flatMap((page) => {
  const text = read(page);
  return [...text.matchAll(FENCE)].map(({ index, 1: indent = "", 3: language = "", 4: code = "" }) => ({
    place: `${page}:${text.slice(0, index).split("\n").length}`,
    language: language.trim(),
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
});

/** A command in the middle of a text, as `npm run audit -- --tokens`; each once. */
export const MENTIONED: readonly Block[] = PAGES.flatMap((page) => {
  const prose = read(page).replaceAll(FENCE, "");
  const commands = [...prose.matchAll(/`((?:npm|npx)[ \n][^`]+)`/g)].map(([, command = ""]) => command);
  return [...new Set(commands)].map((code) => ({
    place: page,
    language: "sh",
    code: code.replaceAll("\n", " "),
  }));
});

export function blocksIn(...languages: readonly string[]): readonly Block[] {
  return BLOCKS.filter(({ language }) => languages.includes(language));
}
