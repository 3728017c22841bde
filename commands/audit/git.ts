import { execFile, type ExecFileException } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

/** What git knows of a line: its last commit; or that it is in none, or in one that a shallow clone left out. */
export type Origin = { readonly by: string; readonly at: string } | "uncommitted" | "left out";

/**
 * Who last changed each line of a file, and when.
 *
 * @returns the file's lines, the first one at 0
 * @throws Error whose message is the reason: no git, no checkout, no commit of the file
 */
export async function blame(file: string): Promise<Origin[]> {
  const [lines, shallow] = await Promise.all([
    // A user's settings can hide commits from blame, and that one is the last of a shallow clone. This empty option
    // clears the first; an empty setting (2.39) does not.
    git(file, "-c", "blame.showRoot=false", "blame", "--ignore-revs-file=", "--line-porcelain", "--", file),
    git(file, "rev-parse", "--is-shallow-repository"),
  ]);
  return originsOf(lines, shallow.trim() === "true");
}

/** Reads what `git blame --line-porcelain` prints: for each line its commit's headers, and the line after a tab. */
export function originsOf(porcelain: string, shallow: boolean): Origin[] {
  const origins: Origin[] = [];
  let headers = new Map<string, string>();
  for (const line of porcelain.split("\n")) {
    if (line.startsWith("\t")) {
      origins.push(originOf(headers, shallow));
      headers = new Map();
    } else {
      const [key = "", ...words] = line.split(" ");
      // The first is the commit's hash.
      headers.set(headers.size === 0 ? "commit" : key, headers.size === 0 ? key : words.join(" "));
    }
  }
  return origins;
}

function originOf(headers: ReadonlyMap<string, string>, shallow: boolean): Origin {
  if (/^0+$/.test(headers.get("commit") ?? "")) return "uncommitted";
  // Without its parents, a shallow clone's last commit seems to have changed everything.
  if (shallow && headers.has("boundary")) return "left out";
  const seconds = Number(headers.get("author-time"));
  return { by: headers.get("author") ?? "unknown", at: new Date(seconds * 1000).toISOString() };
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
