import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import test from "node:test";
import { copyCheckout } from "../../support/checkout";
import { Command, TEST } from "../../support/command";

const CANARY = "canary-of-the-users-own";

/** Variables that a user of Pulumi and Cloudflare may have set. */
const USERS_OWN = {
  CLOUDFLARE_API_TOKEN: CANARY,
  CLOUDFLARE_API_KEY: CANARY,
  CLOUDFLARE_EMAIL: `${CANARY}@example.com`,
  CLOUDFLARE_API_USER_SERVICE_KEY: CANARY,
  CLOUDFLARE_BASE_URL: `http://127.0.0.1:9/${CANARY}`,
  PULUMI_BACKEND_URL: `file:///${CANARY}`,
  PULUMI_STACK: CANARY,
  PULUMI_ACCESS_TOKEN: CANARY,
  PULUMI_CONFIG_PASSPHRASE: CANARY,
  PULUMI_CONFIG_PASSPHRASE_FILE: `/${CANARY}`,
  // The test runner sets a provider for all tests; users usually leave this unset.
  CLOUDFLARE_PROVIDER: "",
};

test("npm start deploys, prints the Worker's response last and leaves nothing behind", TEST, async (t) => {
  const checkout = await copyCheckout(t);
  const start = await Command.start(t, checkout, "start", { npm: true, env: USERS_OWN });
  await start.prints(/Updating \(dev\)/);
  for (const { pid } of await start.processes()) {
    const environ = await fs.readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    assert.ok(!environ.includes("SESSION_FOLDER=") || !environ.includes(CANARY), `process ${pid}`);
  }
  assert.equal(await start.exit(), 0, start.output);
  assert.equal(start.output.trimEnd().split("\n").at(-1), "Secret: dragons and unicorns are real");
  assert.match(start.output, /^Engine {6}pulumi \d+\.\d+\.\d+ \((?:path|home)\)$/m);
  assert.match(start.output, /^Provider {4}.*\b(?:official|local) provider\b/m);
  assert.ok(!start.output.includes("\u001b"), "colours without a terminal");
  assert.ok(!start.output.includes(CANARY), start.output);
  await start.leavesNothing();
  assert.equal(await checkout.changes(), "");
});

test("--help prints help, and an unknown option is an error", TEST, async (t) => {
  const checkout = await copyCheckout(t);
  const help = await Command.start(t, checkout, "start", { npm: true, args: ["--help"] });
  assert.equal(await help.exit(), 0);
  assert.match(help.output, /^npm start -- \[OPTION\.\.\.\]\n/);
  await help.leavesNothing();
  const wrong = await Command.start(t, checkout, "start", { npm: true, args: ["--nope"] });
  assert.equal(await wrong.exit(), 2);
  assert.equal(wrong.output, "Unknown option: --nope\nSee npm start -- --help\n");
  await wrong.leavesNothing();
});

test("without an engine, the error says how to get one", TEST, async (t) => {
  const checkout = await copyCheckout(t);
  const PULUMI_HOME = path.join(checkout.folder, "empty");
  // Even with a network, Pulumi's installer fails because it finds no curl.
  const env = { PULUMI_HOME, PATH: path.join(checkout.folder, "no-such-folder") };
  const start = await Command.start(t, checkout, "start", { env });
  const since = Date.now();
  assert.equal(await start.exit(), 1, start.output);
  assert.ok(Date.now() - since < 30_000, "quickly");
  assert.match(
    start.output,
    /No Pulumi engine\. Tried.*`pulumi` on PATH: not found.*Install the Pulumi CLI/s,
  );
  await start.leavesNothing();
});

const MISTAKES: Record<string, { file: string; spoil: (text: string) => string; reason: RegExp }> = {
  "an invalid script.js": {
    file: "script.js",
    spoil: () => "export default {",
    reason: /Diagnostics:[^]*SyntaxError: Unexpected end of input/,
  },
  "an index.ts that throws": {
    file: "index.ts",
    spoil: (text) => `${text}\nthrow new Error("half-way");\n`,
    reason: /Diagnostics:[^]*Error: half-way/,
  },
  "a secret that is not set": {
    file: "Pulumi.dev.yaml",
    spoil: (text) => text.replace(/ {2}secrets-demo:\n.*\n/, ""),
    reason: /missing configuration value 'secrets-demo'/,
  },
  "a stack file that is not YAML": {
    file: "Pulumi.dev.yaml",
    spoil: (text) => `${text}  : : no\n`,
    reason: /invalid YAML file/,
  },
};

for (const [mistake, { file, spoil, reason }] of Object.entries(MISTAKES)) {
  test(`${mistake} ends the command with the reason`, TEST, async (t) => {
    const checkout = await copyCheckout(t);
    await checkout.write(file, spoil(await checkout.read(file)));
    const start = await Command.start(t, checkout, "start");
    assert.equal(await start.exit(), 1, start.output);
    assert.match(start.output, reason);
    // The Automation API's own error repeats all of the output and the command line.
    assert.doesNotMatch(start.output, /Command failed|stderr:/);
    await start.leavesNothing();
  });
}
