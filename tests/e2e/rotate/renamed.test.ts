import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Report } from "../../../commands/audit/report";
import { TEST } from "../../support/command";
import { startProject } from "../../support/project";
import { ACCOUNT_ID, ECHO } from "../../support/world";

const OLD = "canary-old-value";
const NEW = "canary-new-value";
const STACK = "eu-prod.2";

/** What the user has changed: the project, the config key, the binding and the script have names of their own. */
const NAMES: readonly (readonly [from: string, to: string])[] = [
  ["cloudflare-worker-secrets", "shop"],
  ["secrets-demo", "api-key"],
  ["MY_SECRET_NAME_KEY", "API_KEY"],
  ["script.js", "worker.mjs"],
];

test(
  "a project whose names were all changed is rotated and audited, in a stack of any name",
  TEST,
  async (t) => {
    const project = await startProject(t);
    const { checkout, cloudflare } = project;
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "package.json", "index.ts"]) {
      const text = await checkout.read(file);
      await checkout.write(
        file,
        NAMES.reduce((renamed, [from, to]) => renamed.replaceAll(from, to), text),
      );
    }
    await checkout.write("worker.mjs", ECHO);
    // A program can also import as it runs, and what that declares belongs to each run: a preview, and then a deploy.
    await checkout.write(
      "later.mts",
      `import { word } from "./word.mjs";
import * as pulumi from "@pulumi/pulumi";
enum Word { later }
new pulumi.ComponentResource("test:index:Later", Word[0] + word);
export const done: boolean = true;
`,
    );
    await checkout.write(
      "word.mjs",
      `import * as pulumi from "@pulumi/pulumi";
new pulumi.ComponentResource("test:index:Word", "word");
export const word = "on";
`,
    );
    const later = 'export const later = pulumi.output(import("./later.mts").then(({ done }) => done));\n';
    await checkout.write("index.ts", (await checkout.read("index.ts")) + later);
    const stack = await project.openStack(STACK, () => Promise.resolve({}));
    await stack.setAllConfig({
      accountId: { value: ACCOUNT_ID },
      scriptName: { value: "front" },
      "api-key": { value: OLD, secret: true },
    });
    assert.match(await checkout.read(`Pulumi.${STACK}.yaml`), /^ {2}shop:api-key:$/m);

    const rotate = async (...args: string[]) => {
      const command = await project.start("rotate", ["api-key", "--stack", STACK, "--yes", ...args], {
        input: NEW,
      });
      assert.equal(await command.exit(), 0, command.output);
      return command.output;
    };
    const env = async () => {
      const answer = await fetch(cloudflare.workerUrl(ACCOUNT_ID, "front") ?? assert.fail("not deployed"));
      return await answer.json();
    };
    const declared = async () =>
      ((await stack.exportStack()).deployment as { resources: { urn: string }[] }).resources
        .map(({ urn }) => urn)
        .filter((urn) => urn.includes("test:index:"));
    assert.match(await rotate(), /: npm run rotate -- api-key --finish --stack eu-prod\.2\n/);
    assert.deepEqual(await env(), { API_KEY: NEW, API_KEY_PREVIOUS: OLD });
    await rotate("--finish", "--grace", "0m");
    assert.equal((await declared()).length, 2);
    assert.deepEqual(await env(), { API_KEY: NEW });

    const audit = await project.start("audit", ["--json"]);
    assert.equal(await audit.exit(), 0, audit.output);
    const { project: name, secrets } = JSON.parse(audit.output) as Report;
    assert.deepEqual(
      [
        name,
        ...secrets.map(({ environment, worker, binding, source, state }) => [
          environment,
          worker,
          binding,
          source,
          state,
        ]),
      ],
      ["shop", [STACK, "front", "API_KEY", "config:api-key", "live"]],
    );
  },
);
