import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { type Contexts, evaluate, readWorkflow } from "../../support/workflow";

const GITHUB = path.join(__dirname, "../../../.github");
const names = fs.readdirSync(path.join(GITHUB, "workflows")).map((file) => path.basename(file, ".yml"));
const texts = fs
  .readdirSync(GITHUB, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".yml"))
  .map((file) => [file, fs.readFileSync(path.join(GITHUB, file), "utf8")] as const);

function pullRequest(from: string): Contexts {
  const head = { repo: { full_name: from } };
  return {
    vars: { PULUMI_BACKEND_URL: "s3://state" },
    github: { repository: "shop/workers", event: { pull_request: { head } } },
  };
}

const triggers = (on: unknown): unknown[] =>
  typeof on === "object" && on !== null && !Array.isArray(on) ? Object.keys(on) : [on].flat();

test.each(names)(
  "%s: runs for no event that gives an outsider's code or text the repository's secrets",
  (name) => {
    // pull_request_target, workflow_run, issue_comment and their like do.
    expect(["pull_request", "push", "schedule", "workflow_dispatch"]).toEqual(
      expect.arrayContaining(triggers(readWorkflow(name).on)),
    );
  },
);

test.each(names)("%s: a fork's pull request gets no secret, and runs no code beside one", (name) => {
  const { on, jobs } = readWorkflow(name);
  if (!triggers(on).includes("pull_request")) return;
  for (const job of Object.values(jobs)) {
    const { if: condition = "true" } = job;
    // `secrets.NAME`, `secrets[...]`, `toJSON(secrets)` and `secrets: inherit`.
    const hasSecret = /\bsecrets\b/.test(JSON.stringify(job)) || "id-token" in (job.permissions ?? {});
    if (!hasSecret) continue;
    expect(evaluate(condition, pullRequest("other/workers"))).toBe(false);
    expect(evaluate(condition, pullRequest("shop/workers"))).toBe(true);
  }
});

test.each(names)("%s: a job has only the permissions that it names", (name) => {
  const { permissions } = readWorkflow(name);
  expect([{}, { contents: "read" }]).toContainEqual(permissions);
});

test.each(names)("%s: what a job that can write runs is no code of a pull request", (name) => {
  for (const { permissions = {}, steps } of Object.values(readWorkflow(name).jobs)) {
    const writes = Object.entries(permissions).some(
      ([what, right]) => right === "write" && what !== "id-token",
    );
    if (!writes) continue;
    expect(steps.filter(({ uses }) => uses !== undefined)).toEqual([]);
    const scripts = steps.map(({ run = "" }) => run.replaceAll(/'[^']*'/g, "''")).join("\n");
    expect(scripts).not.toMatch(
      /\b(?:git|npm|npx|node|pulumi|python3?|bash|sh|source|eval|clone|checkout)\b/,
    );
  }
});

test.each(texts)("%s: every action is pinned by commit", (_, text) => {
  const used = [...text.matchAll(/uses: ([^\s#]+)/g)].map(([, action = ""]) => action);
  const others = used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action));
  expect(others.filter((action) => action !== "./.github/actions/setup")).toEqual([]);
});

test.each(texts)("%s: no expression is part of a script", (_, text) => {
  const { jobs = {}, runs } = parse(text) as {
    jobs?: Record<string, { steps: { run?: string }[] }>;
    runs?: { steps: { run?: string }[] };
  };
  const steps = [...Object.values(jobs), ...(runs === undefined ? [] : [runs])].flatMap((job) => job.steps);
  expect(steps.filter(({ run = "" }) => run.includes("${{"))).toEqual([]);
});
