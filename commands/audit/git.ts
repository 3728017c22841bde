import { execFile, type ExecFileException } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { CLOCK_SKEW_MS } from "./time";

/**
 * What git knows about a line: the commit that changed it last; or that no commit has the line, that a shallow clone
 * leaves the commit out, or that the commit's date is impossible.
 */
export type Origin = { readonly by: string; readonly at: string } | "uncommitted" | "left out" | "impossible";

/**
 * Finds who last changed each line of a file, and when.
 *
 * @param file not a symbolic link, which git would blame in place of what it points to
 * @returns the file's lines, the first one at 0
 * @throws Error whose message is the reason: no git, no checkout, no commit of the file
 */
export async function blame(file: string): Promise<Origin[]> {
  const [lines, shallow] = await Promise.all([
    // A user's settings can hide commits from blame, and can hide which one is the last of a shallow clone. This empty
    // option clears the list of hidden commits; an empty setting (2.39) does not.
    git(file, "-c", "blame.showRoot=false", "blame", "--ignore-revs-file=", "--line-porcelain", "--", file),
    git(file, "rev-parse", "--is-shallow-repository"),
  ]);
  return originsOf(lines, shallow.trim() === "true");
}

/** Parses what `git blame --line-porcelain` prints: for each line its commit's headers, and the line after a tab. */
export function originsOf(porcelain: string, shallow: boolean, now = Date.now()): Origin[] {
  const origins: Origin[] = [];
  let headers = new Map<string, string>();
  for (const line of porcelain.split("\n")) {
    if (line.startsWith("\t")) {
      origins.push(originOf(headers, shallow, now));
      headers = new Map();
    } else {
      const [key = "", ...words] = line.split(" ");
      // The first is the commit's hash.
      headers.set(headers.size === 0 ? "commit" : key, headers.size === 0 ? key : words.join(" "));
    }
  }
  return origins;
}

function originOf(headers: ReadonlyMap<string, string>, shallow: boolean, now: number): Origin {
  if (/^0+$/.test(headers.get("commit") ?? "")) return "uncommitted";
  // Without its parents, a shallow clone's last commit seems to have changed everything.
  if (shallow && headers.has("boundary")) return "left out";
  const [authored = NaN, committed = NaN] = ["author", "committer"].map(
    (who) => 1000 * Number(headers.get(`${who}-time`)),
  );
  // The author's date is the change's, whoever rebased it since. Both are what the two machines said.
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
          ? "it is in no git checkout"
          : /^fatal: no such (?:path|ref)/.test(stderr)
            ? "it was never committed"
            : (stderr || message).replace(/^fatal: /, "");
    throw new Error(reason, { cause: error });
  }
}
