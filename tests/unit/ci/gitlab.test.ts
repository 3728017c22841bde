import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { startJsonServer } from "../../../harness/json-server";

interface Job {
  readonly script?: readonly string[];
  readonly rules?: readonly { readonly if: string }[];
}

interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  readonly body: string;
}

const FILE = path.join(__dirname, "../../../docs/gitlab/gitlab-ci.yml");
const jobs = parse(fs.readFileSync(FILE, "utf8")) as Readonly<Record<string, Job>>;
const ROBOT = 5;
const run = promisify(execFile);

/** Stands in for the notes of merge request 7, two a page. */
async function startNotes(notes: Note[]) {
  return await startJsonServer(({ method, path: place, body, headers }) => {
    if (headers["private-token"] !== "canary") return { status: 401, body: {} };
    if (place === "/user") return { body: { id: ROBOT } };
    const url = new URL(place, "http://gitlab");
    const id = /^\/projects\/1\/merge_requests\/7\/notes(?:\/(\d+))?$/.exec(url.pathname);
    if (id === null) return { status: 404, body: {} };
    if (method === "GET") {
      const page = Number(url.searchParams.get("page"));
      const next = notes.length > page * 2 ? String(page + 1) : "";
      return { body: notes.slice(page * 2 - 2, page * 2), headers: { "x-next-page": next } };
    }
    const note = {
      id: Number(id[1] ?? notes.length + 1),
      author: { id: ROBOT },
      body: (JSON.parse(body) as Note).body,
    };
    notes[note.id - 1] = note;
    return { body: note };
  });
}

test("the comments on a merge request are updated in place, and the token is in no argument", async () => {
  // A reader may have quoted the comment.
  const quoted = "<!-- npm run preview: prod -->\nwhat I think";
  const notes: Note[] = [1, 2, 3].map((id) => ({ id, author: { id: 9 }, body: quoted }));
  const server = await startNotes(notes);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-"));
  try {
    const script = jobs["comment"]?.script?.join("\n") ?? "";
    const env = {
      ...{ PATH: process.env["PATH"], CI_API_V4_URL: server.url, CI_PROJECT_ID: "1" },
      ...{ CI_MERGE_REQUEST_IID: "7", NOTES_TOKEN: "canary", CI_PIPELINE_URL: "http://gitlab/1" },
    };
    const comment = (stack: string, text: string) => {
      fs.writeFileSync(
        path.join(folder, `comment-${stack}.md`),
        `<!-- npm run preview: ${stack} -->\n${text}\n`,
      );
    };
    const push = (commit: string) =>
      run("bash", ["-ec", script], { cwd: folder, env: { ...env, CI_COMMIT_SHA: commit } });
    comment("prod", "one");
    comment("staging", "one");
    await push("first");
    comment("prod", "two");
    fs.rmSync(path.join(folder, "comment-staging.md"));
    await push("second");
    expect(notes.map(({ body }) => body)).toEqual([
      ...[quoted, quoted, quoted],
      "<!-- npm run preview: prod -->\ntwo\n\nCommit second\n",
      "<!-- npm run preview: staging -->\n### No preview: [the pipeline](http://gitlab/1) says why\n\nCommit second\n",
    ]);
    await expect(
      run("bash", ["-ec", script], { cwd: folder, env: { ...env, NOTES_TOKEN: "x" } }),
    ).rejects.toThrow("GitLab answered GET /user with 401.");
    expect(script).not.toMatch(/(?:curl|node) .*TOKEN/);
  } finally {
    server.close();
    fs.rmSync(folder, { recursive: true });
  }
});

test("a plan that is older than the default branch is not deployed", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-"));
  try {
    const git = async (...args: string[]) =>
      (
        await run("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: folder })
      ).stdout.trim();
    await git("init", "--quiet", "--initial-branch", "trunk");
    await git("commit", "--quiet", "--allow-empty", "--message", "planned");
    await git("remote", "add", "origin", folder);
    const planned = await git("rev-parse", "HEAD");
    const [check = "", deploy] = jobs["production"]?.script ?? [];
    expect(deploy).toMatch(/^npm run deploy -- --stack prod --plan /);
    const env = { ...process.env, CI_DEFAULT_BRANCH: "trunk", CI_COMMIT_SHA: planned };
    const start = () => run("bash", ["-eo", "pipefail", "-c", check], { cwd: folder, env });
    await start();
    await git("commit", "--quiet", "--allow-empty", "--message", "newer");
    await expect(start()).rejects.toHaveProperty("stdout", expect.stringContaining("trunk has moved"));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test.each(["preview", "comment"])("%s runs for this project's own merge requests only", (name) => {
  expect(jobs[name]?.rules?.map((rule) => rule.if)).toEqual([
    '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID',
  ]);
});
