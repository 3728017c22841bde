import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import { test } from "node:test";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { TEST } from "../../support/command";
import { installPolicyAnalyzer } from "../../support/policy-analyzer";
import { filesUnder, type Rotation, startRotation } from "../../support/rotation";
import { filledIn, readWorkflow } from "../../support/workflow";
import { ACCOUNT_ID } from "../../support/world";

const CANARY = "canary-3c9a";
const SUPPORT = path.join(__dirname, "../../support");

/** `pulumi up` and `pulumi preview` need a language host, unless Pulumi's SDK is the one that calls them. */
const PULUMI = `case "$1 $*" in
  *--client=*) ;;
  up*|preview*) exec node --require tsx/cjs '${path.join(SUPPORT, "inline-pulumi.ts")}' "$@" ;;
esac`;

interface Ran {
  readonly failed: boolean;
  readonly output: string;
}

/** Runs the shell steps of the workflows in a repository of their own, as GitHub's runner does. */
class Runner {
  output = "";

  private constructor(
    private readonly rotation: Rotation,
    private readonly env: NodeJS.ProcessEnv,
    readonly folder: string,
  ) {}

  static async start(rotation: Rotation): Promise<Runner> {
    const { checkout } = rotation;
    const { PATH } = await rotation.wrapPulumi(PULUMI);
    const folder = path.join(checkout.folder, "github");
    await fs.mkdir(path.join(folder, "artifacts"), { recursive: true });
    const gh = `#!/bin/sh\nexec node '${path.join(SUPPORT, "gh.cjs")}' "$@"\n`;
    await fs.writeFile(path.join(checkout.folder, "bin/gh"), gh, { mode: 0o755 });
    const env = {
      ...process.env,
      ...rotation.env,
      PATH,
      PULUMI_HOME: checkout.home,
      TMPDIR: checkout.tmp,
      GITHUB_FOLDER: folder,
      GITHUB_REPOSITORY: "shop/workers",
      GITHUB_RUN_ID: "1",
      GITHUB_SHA: "a",
      MAIN_SHA: "a",
      GITHUB_STEP_SUMMARY: path.join(folder, "summary.md"),
    };
    return new Runner(rotation, env, folder);
  }

  /** Runs a job; after a step that fails, only those that run always. */
  async run(
    workflow: string,
    name: string,
    given: { number?: number; commit?: string; stack?: string; main?: string } = {},
  ): Promise<Ran> {
    const { env: shared = {}, jobs } = readWorkflow(workflow);
    const job = jobs[name] ?? assert.fail(`no job ${name}`);
    const { env } = this.rotation;
    const contexts = {
      github: {
        token: "t",
        repository: "shop/workers",
        event: { pull_request: { number: given.number, head: { sha: given.commit ?? "first" } } },
        run_id: 1,
        server_url: "https://github.com",
      },
      matrix: { stack: given.stack },
      vars: { PULUMI_BACKEND_URL: env.PULUMI_BACKEND_URL },
      secrets: { PULUMI_CONFIG_PASSPHRASE: "", CLOUDFLARE_API_TOKEN: env.CLOUDFLARE_API_TOKEN },
    };
    const fill = (texts: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, filledIn(text, contexts)]));
    // A job begins without what another one wrote.
    for (const left of ["comments", "comment.md", "plan.json"]) {
      await fs.rm(this.rotation.checkout.file(left), { recursive: true, force: true });
    }
    const ran = { failed: false, output: "" };
    for (const step of job.steps) {
      if (ran.failed && step.if !== "always()") continue;
      if (step.run !== undefined) {
        const { failed, output } = await this.#shell(step.run, {
          ...fill({ ...shared, ...step.env }),
          ...(given.main !== undefined && { MAIN_SHA: given.main }),
        });
        ran.failed ||= failed;
        ran.output += output;
      } else if (step.uses?.startsWith("actions/upload-artifact@") === true) {
        const { name: artifact = "", path: file = "" } = fill(step.with ?? {});
        const place = path.join(this.folder, "artifacts", artifact);
        await fs.mkdir(place, { recursive: true });
        // One that is missing is a warning.
        await fs
          .rename(this.rotation.checkout.file(file), path.join(place, file))
          .catch(() => fs.rmdir(place));
      }
    }
    this.output += ran.output;
    return ran;
  }

  async #shell(script: string, env: NodeJS.ProcessEnv): Promise<Ran> {
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      cwd: this.rotation.checkout.root,
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { failed: code !== 0, output };
  }

  async forgetArtifacts(): Promise<void> {
    await fs.rm(path.join(this.folder, "artifacts"), { recursive: true });
    await fs.mkdir(path.join(this.folder, "artifacts"));
  }

  async comments(): Promise<{ number: string; body: string }[]> {
    const text = await fs.readFile(path.join(this.folder, "comments.json"), "utf8");
    return JSON.parse(text) as { number: string; body: string }[];
  }
}

test(
  "the workflows preview pull requests, deploy the plan that was approved, and look each night",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, `${CANARY}-one`);
    const { checkout } = rotation;
    await installPolicyAnalyzer(t, checkout.folder);
    const runner = await Runner.start(rotation);
    const passes = async (...job: Parameters<Runner["run"]>) => {
      const { failed, output } = await runner.run(...job);
      assert.equal(failed, false, output);
    };
    const { stackProgram } = createRequire(__filename)(checkout.file("kit/stack-program.ts")) as {
      stackProgram: PulumiFn;
    };
    await rotation.openStack("staging", stackProgram);
    const set = (stack: string, key: string, value: string) =>
      rotation.pulumi(["config", "set", "--secret", key, "--stack", stack], `${CANARY}-${value}`);
    const program = await checkout.read("index.ts");
    const added = '$1{ name: "API_KEY", ...configSecret("api-key") }, ';

    // The first pull request adds a secret, and is pushed twice.
    await checkout.write("index.ts", program.replace(/(secretTextBindings: \[)/, added));
    for (const [key, value] of [
      ["accountId", ACCOUNT_ID],
      ["scriptName", "gate-staging"],
    ] as const) {
      await rotation.pulumi(["config", "set", key, value, "--stack", "staging"]);
    }
    await set("staging", "secrets-demo", "one");
    await set("staging", "api-key", "two");
    const missing = await runner.run("preview", "preview", { number: 7, stack: "prod" });
    assert.equal(missing.failed, true);
    await passes("preview", "preview", { number: 7, stack: "staging" });
    await passes("preview", "comment", { number: 7 });
    const [refused, staging] = await runner.comments();
    assert.match(refused?.body ?? "", /^### Preview of `prod`: refused\n[^]*api-key[^]*\nCommit first\n$/m);
    assert.match(staging?.body ?? "", /^### Preview of `staging`: secrets: 2 created$/m);
    await set("prod", "api-key", "two");
    await passes("preview", "preview", { number: 7, stack: "prod" });
    await passes("preview", "comment", { number: 7, commit: "second" });
    const updated = await runner.comments();
    assert.equal(updated.length, 2);
    assert.match(
      updated[0]?.body ?? "",
      /^### Preview of `prod`: secrets: 1 created, 1 kept\n[^]*secret-max-age[^]*\nCommit second\n$/m,
    );
    // The preview of the next push fails before it wrote a comment.
    await runner.forgetArtifacts();
    await passes("preview", "comment", { number: 7, commit: "third" });
    for (const { body } of await runner.comments()) {
      assert.match(body, /-->\n### No preview: \[the run\]\(.*\/runs\/1\) says why\n\nCommit third\n$/);
    }

    await passes("deploy", "staging");
    await passes("deploy", "plan");
    assert.match(
      await fs.readFile(path.join(runner.folder, "summary.md"), "utf8"),
      /\+ created \| `API_KEY`/,
    );
    // An approval that comes too late, and a value that is not the planned one: no log has either value.
    assert.match((await runner.run("deploy", "production", { main: "b" })).output, /main has moved since/);
    await set("prod", "secrets-demo", "other");
    const other = await runner.run("deploy", "production");
    assert.match(other.output, /error: resource .* violates plan: it would be deployed otherwise/);
    assert.equal(other.failed, true);
    await set("prod", "secrets-demo", "one");
    await passes("deploy", "production");
    await passes("nightly", "audit");
    await passes("nightly", "drift", { stack: "prod" });

    // The second one rotates a secret and removes the other.
    await checkout.write("index.ts", program);
    await set("prod", "secrets-demo", "three");
    await passes("preview", "preview", { number: 8, stack: "prod" });
    await passes("preview", "comment", { number: 8 });
    const second = (await runner.comments()).filter(({ number }) => number === "8");
    assert.match(
      second.find(({ body }) => body.includes("`prod`"))?.body ?? "",
      /- removed \| `API_KEY` [^]*~ changed \| `MY_SECRET_NAME_KEY`/,
    );

    // What is not deployed is a finding of the night, and so is a secret by hand.
    assert.equal((await runner.run("nightly", "drift", { stack: "prod" })).failed, true);
    await rotation.putByHand("BY_HAND", `${CANARY}-four`);
    assert.equal((await runner.run("nightly", "audit")).failed, true);
    await passes("nightly", "report");
    await passes("nightly", "report");
    assert.equal(
      (JSON.parse(await fs.readFile(path.join(runner.folder, "issues.json"), "utf8")) as []).length,
      2,
    );
    assert.doesNotMatch(runner.output + (await filesUnder(checkout.folder)), new RegExp(CANARY));
  },
);
