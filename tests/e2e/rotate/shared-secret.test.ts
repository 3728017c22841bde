import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Report } from "../../../commands/audit/report";
import { TEST } from "../../support/command";
import { filesUnder } from "../../support/rotation";
import { startProject } from "../../support/project";
import { ACCOUNT_ID } from "../../support/world";

const OLD = "canary-old-value";
const NEW = "canary-new-value";
const WORKERS = ["one", "two"];

/** Answers with the values of its bindings to the Secrets Store. */
const ECHO = `export default { fetch: async (_, env) => Response.json(Object.fromEntries(await Promise.all(
  Object.entries(env).map(async ([name, secret]) => [name, await secret.get()])))) };`;

/** A store with the secret to rotate, and the Workers that share it. */
const PROGRAM = `import * as pulumi from "@pulumi/pulumi";
import { SecretsStore, WorkerScript } from "./component";
import { configSecret } from "./secrets";

const accountId = new pulumi.Config().require("accountId");
const content = ${JSON.stringify(ECHO)};
const store = new SecretsStore("shared", {
  accountId,
  secrets: [{ name: "api-key", ...configSecret("secrets-demo"), maxAge: 90 }],
});
for (const name of ${JSON.stringify(WORKERS)}) {
  const secretsStoreBindings = [{ name: "API_KEY", ...store.secret("api-key") }];
  new WorkerScript(name, { accountId, name, content, secretsStoreBindings });
}
`;

test("a secret of a Secrets Store is rotated in all Workers that share it, and audited", TEST, async (t) => {
  const project = await startProject(t);
  const { checkout, cloudflare } = project;
  await checkout.write("index.ts", PROGRAM);
  const stack = await project.openStack("prod", () => Promise.resolve({}));
  await stack.setAllConfig({
    accountId: { value: ACCOUNT_ID },
    "secrets-demo": { value: OLD, secret: true },
  });
  let output = "";
  const rotate = async (...args: string[]) => {
    const all = ["secrets-demo", "--stack", "prod", "--yes", ...args];
    const command = await project.start("rotate", all, { input: NEW });
    assert.equal(await command.exit(), 0, command.output);
    output += command.output;
  };
  const ask = () =>
    Promise.all(
      WORKERS.map(async (name): Promise<unknown> => {
        const url = cloudflare.workerUrl(ACCOUNT_ID, name) ?? assert.fail("not deployed");
        return await (await fetch(url)).json();
      }),
    );
  const both = (values: Record<string, string>) => [values, values];

  await rotate();
  assert.deepEqual(await ask(), both({ API_KEY: NEW, API_KEY_PREVIOUS: OLD }));
  await rotate("--finish", "--grace", "0m");
  assert.deepEqual(await ask(), both({ API_KEY: NEW }));

  const audit = await project.start("audit", ["--json"]);
  assert.equal(await audit.exit(), 1, "the config is in no commit, so the age is unknown");
  output += audit.output;
  const { secrets } = JSON.parse(audit.output) as Report;
  const rows = secrets.map(({ worker, binding, state, sharedWith }) => [worker, binding, state, sharedWith]);
  const [store, one, two] = ["(Secrets Store)/api-key", "one/API_KEY", "two/API_KEY"].map(
    (id) => `prod/${id}`,
  );
  assert.deepEqual(rows, [
    ["(Secrets Store)", "api-key", "live", [one, two]],
    ["one", "API_KEY", "live", [store, two]],
    ["two", "API_KEY", "live", [store, one]],
  ]);
  assert.doesNotMatch(output + (await filesUnder(checkout.folder)), /canary-(old|new)/);
});
