import { execFileSync } from "node:child_process";
import ts from "typescript";
import { read, ROOT } from "./pages";

/** The rooms that print something for a user, and the Worker. */
const SOURCES = ["commands", "component", "kit", "local", "package", "policy", "secrets", "script.js"];

/** A text of the source: what stands between the values that are put into it. */
type Template = readonly string[];

const WORD = /[A-Za-z]{2,}/g;
const wordsIn = (template: Template) => template.join(" ").match(WORD) ?? [];

/** The template that an expression is, also one that `+` joins. */
function templateOf(node: ts.Node): Template | undefined {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return templateOf(node.expression);
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [templateOf(node.left), templateOf(node.right)];
  if (left === undefined && right === undefined) return undefined;
  const [first = ["", ""], second = ["", ""]] = [left, right];
  return [...first.slice(0, -1), `${first.at(-1) ?? ""}${second[0] ?? ""}`, ...second.slice(1)];
}

function templatesIn(file: string): Template[] {
  const found: Template[] = [];
  const visit = (node: ts.Node) => {
    const template = templateOf(node);
    // A message of several lines is printed as several.
    if (template)
      found.push(
        ...template
          .join("\0")
          .split("\n")
          .map((line) => line.split("\0")),
      );
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022));
  return found;
}

const TEMPLATES = execFileSync("git", ["ls-files", ...SOURCES], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((file) => /\.[tj]s$/.test(file))
  .flatMap(templatesIn);
const SENTENCES = TEMPLATES.filter((template) => wordsIn(template).length > 1);
/** What the source prints as a word on its own: `live`, `${count} changed`. */
const WORDS = new Set(TEMPLATES.filter((template) => wordsIn(template).length === 1).flatMap(wordsIn));

/** The line without what the template says in it, which must be all of the template. */
function without(template: Template, line: string, left: string): string {
  let [end, rest] = [0, left];
  for (const part of template) {
    const start = line.indexOf(part, end);
    if (start === -1) return left;
    end = start + part.length;
    rest = rest.slice(0, start) + " ".repeat(part.length) + rest.slice(end);
  }
  return rest;
}

/** The words of a printed line that no text of the source has there, nor `samples`, the names and values of an example. */
export function unknownWords(line: string, samples: readonly string[] = []): string[] {
  const known = [...SENTENCES, ...samples.map((sample) => [sample])];
  const left = known.reduce((rest, template) => without(template, line, rest), line);
  // A name or a value is no word: API_KEY, api-key, 2026-08-01, http://127.0.0.1:8787, [content].
  const words = left
    .split(/[\s"'`()|,;]+/)
    .map((word) => word.replace(/[:.?]+$/, ""))
    .filter((word) => /^[A-Za-z]?[a-z]+$/.test(word));
  return words.filter(
    (word) => !WORDS.has(word) && !WORDS.has(word.toLowerCase()) && !WORDS.has(word.replace(/s$/, "")),
  );
}

/** Whether the source has exactly this text. */
export function isInSource(text: string): boolean {
  return TEMPLATES.some((template) => template.length === 1 && template[0] === text);
}
