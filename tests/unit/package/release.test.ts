import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.join(__dirname, "../../..");
const CHANGES = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-01-01\n";

describe("npm run release", () => {
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
      cwd: folder,
      encoding: "utf8",
    }).trim();
  const write = (name: string, content: string) => {
    fs.writeFileSync(path.join(folder, name), content);
  };
  const read = (name: string) => fs.readFileSync(path.join(folder, name), "utf8");
  const release = (...args: string[]) => {
    const author = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b.c" };
    const committer = { GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b.c" };
    const tsx = require.resolve("tsx");
    const run = spawnSync(
      process.execPath,
      ["--import", tsx, path.join(ROOT, "package/release.ts"), ...args],
      {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, ...author, ...committer },
      },
    );
    return { code: run.status, output: run.stdout + run.stderr };
  };

  beforeEach(() => {
    const parent = fs.mkdtempSync(path.join(os.tmpdir(), "release-"));
    folder = path.join(parent, "checkout");
    for (const room of ["component", "policy"]) fs.mkdirSync(path.join(folder, room), { recursive: true });
    execFileSync("git", ["init", "--quiet", "--bare", path.join(parent, "origin")]);
    git("init", "--quiet", "--initial-branch", "main");
    git("remote", "add", "origin", path.join(parent, "origin"));
    for (const name of ["package.json", "policy/package.json", "component/schema.json"]) {
      write(name, '{ "name": "a", "version": "0.1.0" }\n');
    }
    write("CHANGELOG.md", CHANGES);
    git("add", ".");
    git("commit", "--quiet", "--message", "all");
    git("push", "--quiet", "origin", "main");
  });

  afterEach(() => {
    fs.rmSync(path.dirname(folder), { recursive: true });
  });

  test("gives the packages a version, dates the changes, and pushes both with a tag", () => {
    expect(release("minor")).toMatchObject({
      code: 0,
      output: expect.stringContaining("v0.2.0 is pushed") as string,
    });
    for (const name of ["package.json", "policy/package.json", "component/schema.json"]) {
      expect((JSON.parse(read(name)) as { version: string }).version).toBe("0.2.0");
    }
    expect(read("CHANGELOG.md")).toMatch(
      /^# Changelog\n\n## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Added\n/,
    );
    const origin = git("ls-remote", "origin");
    expect(origin).toContain(`${git("rev-parse", "HEAD")}\trefs/heads/main`);
    expect(origin).toContain(`${git("rev-parse", "HEAD")}\trefs/tags/v0.2.0^{}`);
    expect(git("status", "--porcelain")).toBe("");
  });

  test("names all that is in the way, and changes nothing", () => {
    write("CHANGELOG.md", CHANGES.replace("### Added\n\n- A thing.\n\n", ""));
    git("switch", "--quiet", "--create", "other");
    git("commit", "--quiet", "--all", "--message", "more");
    write("new.txt", "");
    const { code, output } = release("patch");
    expect(code).toBe(1);
    expect(output).toBe(
      "Nothing was released.\n" +
        "  - The checkout has changes: commit or stash them.\n" +
        "  - This is not main: git switch main\n" +
        "  - main differs from origin/main: git pull, or git push.\n" +
        "  - CHANGELOG.md says nothing below Unreleased: what does a user need to know?\n",
    );
    expect(read("package.json")).toContain("0.1.0");
    expect(git("tag")).toBe("");
  });

  test("wrong arguments are exit code 2, --help is 0", () => {
    expect(release("huge").code).toBe(2);
    expect(release().code).toBe(2);
    expect(release("--help").code).toBe(0);
  });
});
