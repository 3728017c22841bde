import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Block, blocksIn } from "./pages";

/** A command of a block, as bash calls it. */
export interface Call {
  readonly place: string;
  readonly words: readonly string[];
}

/**
 * bash finds no program, and hands each call to a function that writes it down, in one write: the programs of a pipe run side
 * by side, and bash writes at each end of a line. The files of a user are there, and empty.
 */
const RECORDING = `
set -e
command_not_found_handle() { printf '%s\\0' "$@" $'\\x1e' >&3; }
cd() { command_not_found_handle cd "$@"; }
`;

/** What a reader has, or a block before has made. */
const FILES = [".env", "state.json", "value.txt"];

/** The calls that bash makes of a block; `<name>` stands for a reader's own word. */
export function callsOf({ place, code }: Block): Call[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "block-"));
  try {
    for (const file of FILES) fs.writeFileSync(path.join(folder, file), "");
    const calls = path.join(folder, "calls");
    const script = `exec 3> "${calls}"\n${RECORDING}\n${code.replaceAll(/<([a-z][a-z -]*)>/g, "$1")}`;
    execFileSync("/bin/bash", ["--norc", "-c", script], {
      cwd: folder,
      env: { PATH: path.join(folder, "no-programs") },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines = fs
      .readFileSync(calls, "utf8")
      .split("\0\x1e\0")
      .filter((line) => line !== "");
    return lines.map((line) => ({ place, words: line.split("\0") }));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** The calls of all blocks. */
export const CALLS: readonly Call[] = blocksIn("sh").flatMap(callsOf);
