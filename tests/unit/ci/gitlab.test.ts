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

const FILE = path.join(__dirname, "../../../docs/gitlab/gitlab-ci.yml");
const jobs = parse(fs.readFileSync(FILE, "utf8")) as Readonly<Record<string, Job>>;

test("the comments on a merge request are updated in place, and the token is in no argument", async () => {
  const notes: { id: number; body: string }[] = [{ id: 1, body: "by a reader" }];
  const server = await startJsonServer(({ method, path: place, body, headers }) => {
    if (headers["private-token"] !== "canary") return { status: 401, body: {} };
    if (method === "GET") return { body: notes };
    const { body: text } = JSON.parse(body) as { body: string };
    const id = Number(/\/projects\/1\/merge_requests\/7\/notes\/(\d+)$/.exec(place)?.[1] ?? notes.length + 1);
    notes[id - 1] = { id, body: text };
    return { body: {} };
  });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-"));
  try {
    const script = jobs["comment"]?.script?.join("\n") ?? "";
    const env = {
      ...{ PATH: process.env["PATH"], CI_API_V4_URL: server.url, CI_PROJECT_ID: "1" },
      ...{ CI_MERGE_REQUEST_IID: "7", NOTES_TOKEN: "canary" },
    };
    const comment = (stack: string, text: string) => {
      fs.writeFileSync(
        path.join(folder, `comment-${stack}.md`),
        `<!-- npm run preview: ${stack} -->\n${text}\n`,
      );
    };
    const run = () => promisify(execFile)("bash", ["-ec", script], { cwd: folder, env });
    comment("prod", "one");
    comment("staging", "one");
    await run();
    comment("prod", "two");
    await run();
    expect(notes.map(({ body }) => body)).toEqual([
      "by a reader",
      "<!-- npm run preview: prod -->\ntwo\n",
      "<!-- npm run preview: staging -->\none\n",
    ]);
    await expect(
      promisify(execFile)("bash", ["-ec", script], { cwd: folder, env: { ...env, NOTES_TOKEN: "x" } }),
    ).rejects.toThrow("GitLab answered GET of a note with 401.");
    expect(script).not.toMatch(/(?:curl|node) .*TOKEN/);
  } finally {
    server.close();
    fs.rmSync(folder, { recursive: true });
  }
});

test.each(["preview", "comment"])("%s runs for this project's own merge requests only", (name) => {
  expect(jobs[name]?.rules?.map((rule) => rule.if)).toEqual([
    '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID',
  ]);
});
