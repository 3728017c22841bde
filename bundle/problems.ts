import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as Esbuild from "esbuild";

const WIDTH = 120;

/** An error that Pulumi prints once and without a stack trace. */
function fail(entry: string, problem: string): pulumi.RunError {
  return new pulumi.RunError(`bundle("${entry}") ${problem}`);
}

export function checkEntry(entry: string, folder: string): void {
  if (fs.statSync(path.resolve(folder, entry), { throwIfNoEntry: false })?.isFile() !== true) {
    throw fail(entry, `expects a file, relative to ${folder}. Correct the path.`);
  }
}

/** Checks here, because esbuild's own message has the value. */
export function checkDefine(entry: string, define: Readonly<Record<string, unknown>>): void {
  const wrong = Object.entries(define).filter(([, value]) => !isConstant(value));
  if (wrong.length > 0) {
    const paths = wrong.map(([name]) => `define["${name}"]`).join(", ");
    throw fail(
      entry,
      `expects JavaScript's text of a constant in ${paths}. Pass JSON.stringify(<the value>).`,
    );
  }
}

function isConstant(value: unknown): boolean {
  if (typeof value !== "string") return false;
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$.]*$/u.test(value)) return true;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

export function checkExports(entry: string, exports: readonly string[]): void {
  if (!exports.includes("default")) {
    const found = exports.length === 0 ? "nothing" : exports.join(", ");
    throw fail(
      entry,
      `expects an \`export default\` with the Worker's handlers, such as { fetch() { ... } }, found ${found}. ` +
        "`export default {}` is enough for a Worker that has only classes.",
    );
  }
}

/** Every problem of a build that failed, with its file, line and column. What is no such problem is returned as it is. */
export function refusal(esbuild: typeof Esbuild, entry: string, error: unknown): unknown {
  if (!isBuildFailure(error)) return error;
  const errors = readable(esbuild, "error", error.errors);
  const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
  return fail(entry, `found ${count}. Nothing was sent to Cloudflare.\n\n${errors.join("\n\n")}`);
}

function isBuildFailure(error: unknown): error is Esbuild.BuildFailure {
  // Not `instanceof Error`: esbuild makes its errors in a thread of its own.
  return typeof error === "object" && error !== null && "errors" in error;
}

/** The messages of a build as esbuild prints them: place, line of code, and a mark below it. */
export function readable(
  esbuild: typeof Esbuild,
  kind: "error" | "warning",
  messages: readonly Esbuild.Message[],
): string[] {
  if (messages.length === 0) return [];
  const options = { kind, color: false, terminalWidth: WIDTH } as const;
  return esbuild.formatMessagesSync(messages.map(withFix), options).map((text) => text.trim());
}

/** For a module of Node, esbuild recommends an option that `bundle` does not have. */
function withFix(message: Esbuild.Message): Esbuild.Message {
  const isNode = message.notes.some(({ text }) => text.includes("is built into node"));
  const text =
    "It is a module of Node: pass nodejs: true to bundle(), and give the Worker the flag nodejs_compat.";
  return isNode ? { ...message, notes: [{ text, location: null }] } : message;
}
