import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { parse } from "yaml";
import { startMonitor } from "../../../harness/monitor";
import { ACCOUNT_ID } from "../../support/world";

const ROOT = path.join(__dirname, "../../..");
const EXAMPLES = path.join(ROOT, "examples");

/** What the tests read of a Pulumi.yaml. */
interface Project {
  readonly name: string;
  readonly main?: string;
  readonly config: Readonly<Record<string, { readonly secret?: boolean }>>;
}

/**
 * Runs a project's program as Pulumi's Node language host does for `pulumi up`: in a process with Pulumi's own runner and
 * TypeScript loader and this project's tsconfig. Other tests run the program inside the test's process.
 */
async function run(
  t: TestContext,
  config: Record<string, string>,
  env: Record<string, string> = {},
  folder = ROOT,
) {
  const monitor = await startMonitor();
  t.after(() => monitor.close());
  const { name, main = ".", config: declared } = projectIn(folder);
  const secrets = Object.keys(declared).filter((key) => declared[key]?.secret);
  const entries = Object.entries(config).map(([key, value]) => [`${name}:${key}`, value]);
  const child = spawn(
    process.execPath,
    [
      require.resolve("@pulumi/pulumi/cmd/run"),
      `--project=${name}`,
      "--stack=dev",
      `--pwd=${folder}`,
      `--monitor=${monitor.address}`,
      `--engine=${monitor.address}`,
      main,
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(entries)),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secrets.map((key) => `${name}:${key}`)),
        PULUMI_NODEJS_TYPESCRIPT: "true",
        CLOUDFLARE_BASE_URL: "http://127.0.0.1:9/client/v4",
        ...env,
      },
    },
  );
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, output, types: monitor.takeTypes(), messages: monitor.takeMessages() };
}

function projectIn(folder: string): Project {
  return parse(fs.readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")) as Project;
}

const CONFIG = { accountId: ACCOUNT_ID, "secrets-demo": "canary-5e90" };

test("index.ts runs under Pulumi's own loader and declares the same resources", async (t) => {
  const { code, output, types, messages } = await run(t, CONFIG);
  assert.deepEqual({ code, output, messages }, { code: 0, output: "", messages: [] });
  assert.deepEqual(types.sort(), [
    "cloudflare-worker-secrets:index:Secret",
    "cloudflare-worker-secrets:index:Verification",
    "cloudflare-worker-secrets:index:WorkerScript",
    "cloudflare:index/workersScript:WorkersScript",
    "pulumi:pulumi:Stack",
  ]);
});

test("under Pulumi's runner, refused arguments are one error and no provider resource is declared", async (t) => {
  const { code, output, types, messages } = await run(t, {
    ...CONFIG,
    accountId: "canary-5e90",
    scriptName: "A",
  });
  assert.notEqual(code, 0);
  assert.equal(messages.length, 1, messages.join("\n"));
  assert.match(
    messages.join(),
    /WorkerScript "myScript" cannot be deployed.*\n.*- accountId: .*\n.*- name: /,
  );
  assert.deepEqual(
    types.filter((type) => type.startsWith("cloudflare:")),
    [],
  );
  assert.doesNotMatch(output + messages.join(), /canary/);
});

test("under Pulumi's runner, the dev stack is refused if it would deploy outside this machine", async (t) => {
  const { code, types, messages } = await run(t, CONFIG, { CLOUDFLARE_BASE_URL: "" });
  assert.notEqual(code, 0);
  assert.deepEqual(
    messages.map((message) => message.split(",")[0]),
    ['Stack "dev" deploys to the Cloudflare on this machine only (npm start)'],
  );
  assert.deepEqual(
    types.filter((type) => type.startsWith("cloudflare")),
    [],
  );
});

for (const { name } of fs
  .readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  // Programs in other languages are tested in tests/e2e/languages/.
  .filter(({ name: example }) => fs.existsSync(path.join(EXAMPLES, example, "index.ts")))
  // With a list, Pulumi.yaml does not declare the secrets; tests/e2e/examples/many-workers.test.ts deploys that example.
  .filter(({ name: example }) => !fs.existsSync(path.join(EXAMPLES, example, "secret-list.ts")))) {
  test(`the example ${name} runs under Pulumi's own loader with the config that it declares`, async (t) => {
    const folder = path.join(EXAMPLES, name);
    const keys = Object.keys(projectIn(folder).config).filter((key) => key !== "accountId");
    const secrets = Object.fromEntries(keys.map((key) => [key, `canary-5e90 ${key}`]));
    const { code, output, types, messages } = await run(t, { accountId: ACCOUNT_ID, ...secrets }, {}, folder);
    assert.deepEqual({ code, output, messages }, { code: 0, output: "", messages: [] });
    const declared = types.filter((type) => type === "cloudflare-worker-secrets:index:Secret");
    assert.equal(declared.length, keys.length);
  });
}
