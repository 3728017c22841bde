import { execFile, type ExecFileException } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { CLOCK_SKEW_MS } from "./time";

/**
 * What git knows about a line: the last commit that changed it, or why that is unknown: the line is uncommitted, a
 * shallow clone leaves out the commit, or the commit's date is impossible.
 */
export type Origin = { readonly by: string; readonly at: string } | "uncommitted" | "left out" | "impossible";

/**
 * Finds the author and time of the last change to each line of a file.
 *
 * @param file not a symbolic link: git would blame the link instead of its target
 * @returns an entry for each line; the first line is at index 0
 * @throws Error whose message is the reason: no git, no checkout, no commit of the file
 */
export async function blame(file: string): Promise<Origin[]> {
  const [lines, shallow] = await Promise.all([
    // User settings can hide commits from blame, and can hide the boundary of a shallow clone. This empty option clears
    // the list of hidden commits; an empty setting does not (git 2.39).
    git(file, "-c", "blame.showRoot=false", "blame", "--ignore-revs-file=", "--line-porcelain", "--", file),
    git(file, "rev-parse", "--is-shallow-repository"),
  ]);
  return originsOf(lines, shallow.trim() === "true");
}

/** Parses `git blame --line-porcelain`: for each line, the headers of its commit, then a tab and the line. */
export function originsOf(porcelain: string, shallow: boolean, now = Date.now()): Origin[] {
  const origins: Origin[] = [];
  let headers = new Map<string, string>();
  for (const line of porcelain.split("\n")) {
    if (line.startsWith("\t")) {
      origins.push(originOf(headers, shallow, now));
      headers = new Map();
    } else {
      const [key = "", ...words] = line.split(" ");
      // The first header is the commit's hash.
      headers.set(headers.size === 0 ? "commit" : key, headers.size === 0 ? key : words.join(" "));
    }
  }
  return origins;
}

function originOf(headers: ReadonlyMap<string, string>, shallow: boolean, now: number): Origin {
  if (/^0+$/.test(headers.get("commit") ?? "")) return "uncommitted";
  // The oldest commit of a shallow clone has no parents, so it seems to have changed everything.
  if (shallow && headers.has("boundary")) return "left out";
  const [authored = NaN, committed = NaN] = ["author", "committer"].map(
    (who) => 1000 * Number(headers.get(`${who}-time`)),
  );
  // A rebase keeps the author's date, so it dates the change. Both dates come from the clocks of users' machines.
  if (!(authored <= Math.min(now, committed) + CLOCK_SKEW_MS)) return "impossible";
  return { by: headers.get("author") ?? "unknown", at: new Date(authored).toISOString() };
}

async function git(file: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", args, {
      cwd: path.dirname(file),
      env: { ...process.env, LC_ALL: "C" },
      maxBuffer: 1 << 28,
    });
    return stdout;
  } catch (error) {
    const { code, stderr = "", message } = error as ExecFileException;
    const reason =
      code === "ENOENT"
        ? "git was not found"
        : stderr.startsWith("fatal: not a git repository")
          ? "it is not in a git checkout"
          : /^fatal: no such (?:path|ref)/.test(stderr)
            ? "it was never committed"
            : (stderr || message).replace(/^fatal: /, "");
    throw new Error(reason, { cause: error });
  }
}
