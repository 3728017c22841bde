import { execFileSync } from "node:child_process";
import * as fs from "node:fs";

const HELP = `npm run release -- major|minor|patch

Gives the packages their next version, dates the section Unreleased of CHANGELOG.md, commits, tags and pushes. The tag starts
the workflow that publishes them. It needs a clean checkout of main that is level with origin.
`;

/** What programs in other languages get. */
const SCHEMA = "component/schema.json";

const KINDS = ["major", "minor", "patch"];

function release(kind: string): void {
  const changes = fs.readFileSync("CHANGELOG.md", "utf8");
  const problems = [
    ...(git("status", "--porcelain") === "" ? [] : ["The checkout has changes: commit or stash them."]),
    ...(git("branch", "--show-current") === "main" ? [] : ["This is not main: git switch main"]),
    ...(isLevel() ? [] : ["main differs from origin/main: git pull, or git push."]),
    ...(unreleased(changes) === ""
      ? ["CHANGELOG.md says nothing below Unreleased: what does a user need to know?"]
      : []),
  ];
  if (problems.length > 0)
    throw new Error(`Nothing was released.\n${problems.map((one) => `  - ${one}`).join("\n")}`);

  npm("version", kind, "--no-git-tag-version");
  const { version } = JSON.parse(fs.readFileSync("package.json", "utf8")) as { version: string };
  replaceIn(SCHEMA, /"version": ".*"/, `"version": "${version}"`);
  npm("version", version, "--no-git-tag-version", "--prefix", "policy");
  const [day = ""] = new Date().toISOString().split("T");
  replaceIn("CHANGELOG.md", "## [Unreleased]", `## [Unreleased]\n\n## [${version}] - ${day}`);
  git("commit", "--all", "--message", `Version ${version}`);
  git("tag", "--annotate", `v${version}`, "--message", `Version ${version}`);
  try {
    git("push", "--atomic", "origin", "main", `v${version}`);
  } catch {
    throw new Error(
      `Version ${version} is committed and tagged here, and could not be pushed: git push --atomic origin main v${version}\n` +
        `To undo it: git tag --delete v${version} && git reset --hard HEAD~1`,
    );
  }
  process.stdout.write(`v${version} is pushed. The workflow release publishes it once it is approved.\n`);
}

function unreleased(changes: string): string | undefined {
  const [, after = ""] = changes.split("## [Unreleased]");
  return after.split("\n## ")[0]?.trim();
}

function replaceIn(file: string, before: string | RegExp, after: string): void {
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(before, after));
}

function isLevel(): boolean {
  git("fetch", "--quiet", "origin", "main");
  return git("rev-parse", "HEAD") === git("rev-parse", "origin/main");
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { encoding: "utf8" }).trim();
}

function npm(...args: readonly string[]): void {
  execFileSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
}

const [kind = "", ...more] = process.argv.slice(2);
if (kind === "--help") process.stdout.write(HELP);
else if (!KINDS.includes(kind) || more.length > 0) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else {
  try {
    release(kind);
  } catch (error) {
    process.stderr.write(error instanceof Error ? `${error.message}\n` : String(error));
    process.exitCode = 1;
  }
}
