import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { CommandError, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import type { Report as AuditReport } from "../../../commands/audit/report";
import type { Report } from "../../../commands/secrets/report";
import { findTools } from "../../../harness/tools";
import { type Command, type CommandOptions, TEST } from "../../support/command";
import { filesWith } from "../../support/live-stack";
import { type Project, startProject } from "../../support/project";
import { copiesLeft } from "../../support/rotation";
import { ACCOUNT_ID, ECHO, leaveRefusalsToPulumi } from "../../support/world";

/** Part of every value. */
const CANARY = `canary-${randomUUID()}`;
const FILE = "Pulumi.prod.yaml";

const LIST = `import type { SecretList } from "./secrets";
export const SECRETS = {
  shop: {
    ORDER_KEY: { from: { config: "order-key" }, maxAge: 90, description: "Customers sign with it" },
    SHARED: { from: { config: "vault:shared" } },
    DEBUG_TOKEN: { from: { config: "debug-token" }, stacks: ["dev"] },
  },
  warehouse: {
    SHARED: { from: { config: "vault:shared" } },
    DB_PASSWORD: { from: { config: "database", path: "password" } },
  },
} as const satisfies SecretList;
`;

const PROGRAM = `import { WorkerScript } from "./component";
import { SECRETS } from "./secret-list";
import { readSecrets } from "./secrets";
const secrets = readSecrets(SECRETS);
const content = ${JSON.stringify(ECHO)};
for (const [name, secretTextBindings] of Object.entries(secrets)) {
  new WorkerScript(name, { accountId: "${ACCOUNT_ID}", name, content, secretTextBindings });
}
`;

const VALUES = {
  ORDER_KEY: `${CANARY} "one"\n# two\n`,
  SHARED: `${CANARY}-shared`,
  DB_PASSWORD: `${CANARY}-password`,
};
const ENV = `# a comment\nORDER_KEY='${VALUES.ORDER_KEY}'\nexport SHARED=${VALUES.SHARED} # of both
DB_PASSWORD=${VALUES.DB_PASSWORD}\n`;

/** A project with two Workers, and a stack `prod` without a secret. */
interface Shop extends Project {
  readonly stack: Stack;
  start(
    script: "secrets" | "audit" | "rotate",
    args: readonly string[],
    options?: CommandOptions,
  ): Promise<Command>;
  /** Runs `npm run secrets`, and checks its exit code and that nothing shows a value. */
  secrets(args: readonly string[], code: number, options?: CommandOptions): Promise<string>;
  /** The decrypted config. */
  config(): Promise<Record<string, string>>;
  /** The requests to Cloudflare. */
  readonly requests: readonly string[];
}

async function startShop(t: TestContext): Promise<Shop> {
  const requests: string[] = [];
  const project = await startProject(t, { onRequest: ({ path: place }) => requests.push(place) });
  const { checkout, cloudflare } = project;
  await checkout.write("secret-list.ts", LIST);
  await checkout.write("index.ts", PROGRAM);
  await checkout.write("Pulumi.yaml", "name: cloudflare-worker-secrets\nruntime: nodejs\n");
  await fs.rm(checkout.file("Pulumi.dev.yaml"));
  process.env.CLOUDFLARE_BASE_URL = cloudflare.baseUrl;
  const { stackProgram } = createRequire(__filename)(checkout.file("kit/stack-program.ts")) as {
    stackProgram: PulumiFn;
  };
  const stack = await project.openStack("prod", stackProgram);

  const { command } = (await findTools()).engine.command;
  const calls = path.join(checkout.folder, "calls");
  await fs.mkdir(path.join(checkout.folder, "bin"));
  const script = `#!/bin/sh
echo "$@" >> '${calls}'
if [ "$1 $2 $3" = "config set $HOLD" ]; then exec sleep 300; fi
if [ "$1 $2 $3" = "config set $FAIL" ]; then exit 1; fi
exec '${command}' "$@"
`;
  await fs.writeFile(path.join(checkout.folder, "bin/pulumi"), script, { mode: 0o755 });
  const PATH = `${path.join(checkout.folder, "bin")}:${process.env.PATH}`;
  const start: Shop["start"] = (name, args, { env, ...options } = {}) =>
    project.start(name, args, { ...options, env: { PATH, ...env } });
  return {
    ...project,
    stack,
    start,
    requests,
    async secrets(args, code, options) {
      const ran = await start("secrets", args, options);
      assert.equal(await ran.exit(), code, ran.output);
      assert.ok(!ran.output.includes(CANARY), "a value is printed");
      assert.deepEqual(await filesWith(CANARY, checkout.folder), [], "a value is in a file or an argument");
      assert.deepEqual(await copiesLeft(checkout.root), []);
      return ran.output;
    },
    async config() {
      const args = ["config", "--show-secrets", "--json", "--stack", "prod"];
      const env = { ...process.env, ...project.env, PULUMI_HOME: checkout.home };
      const { stdout } = await promisify(execFile)(command, args, { cwd: checkout.root, env });
      const entries = Object.entries(JSON.parse(stdout) as Record<string, { value: string }>);
      return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
    },
  };
}

test("what a stack lacks is one error, is set in one edit, deployed, and audited", TEST, async (t) => {
  const shop = await startShop(t);
  const { checkout, stack } = shop;

  const restore = leaveRefusalsToPulumi();
  for (const operation of ["preview", "up"] as const) {
    let output = "";
    await assert.rejects(stack[operation]({ onOutput: (text) => (output += text) }), CommandError);
    assert.match(
      output,
      new RegExp(
        'error: Stack "prod" lacks 3 of the values in the list of secrets. Nothing was sent to Cloudflare.\\s+' +
          "- shop ORDER_KEY: pulumi config set --secret order-key --stack prod\\s+" +
          "- shop SHARED, warehouse SHARED: pulumi config set --secret vault:shared --stack prod\\s+" +
          "- warehouse DB_PASSWORD: pulumi config set --path --secret database.password --stack prod\\s+" +
          "All at once: npm run secrets -- --set --stack prod < .env\\s*\n",
      ),
    );
    assert.doesNotMatch(output, /^\s+at /m, "a stack trace");
  }
  restore();
  assert.deepEqual(shop.requests, []);

  // `dev` has no file, and only the list names it.
  const listed = await shop.secrets([], 1);
  assert.match(listed, /^shop +ORDER_KEY +config:order-key +missing +missing$/m);
  assert.match(listed, /^shop +DEBUG_TOKEN +config:debug-token +missing +-$/m);
  assert.match(listed, /^5 secrets in 2 environments: 7 missing$/m);

  const before = await checkout.read(FILE);
  const wrong = `ORDER_KEY=${CANARY}\nSHARED=\n${CANARY}=1\nvault:shared=2`;
  const refused = await shop.secrets(["--set", "--stack", "prod"], 1, { input: wrong });
  assert.match(
    refused,
    /Nothing was set\.\n.*SHARED \(line 2\): .*empty\.\n.*on line 2 already\.\n.*Line 3: no secret has this name/,
  );
  assert.equal(await checkout.read(FILE), before);

  const args = ["--set", "--stack", "prod"];
  const set = await shop.secrets(args, 0, { input: ENV });
  assert.match(set, /^Pulumi\.prod\.yaml:\n {2}added: order-key, vault:shared, database.password$/m);
  assert.deepEqual(await shop.config(), {
    "cloudflare-worker-secrets:order-key": VALUES.ORDER_KEY,
    "vault:shared": VALUES.SHARED,
    "cloudflare-worker-secrets:database": JSON.stringify({ password: VALUES.DB_PASSWORD }),
  });

  // The same values leave the file as it is, so no value looks new to the audit.
  const complete = await checkout.read(FILE);
  const again = await shop.secrets(args, 0, { input: JSON.stringify(VALUES) });
  assert.match(again, /unchanged, .*: order-key, vault:shared, database\.password$/m);
  assert.equal(await checkout.read(FILE), complete);
  const replaced = await shop.secrets(args, 0, {
    input: `SHARED=${CANARY}-other\nORDER_KEY='${VALUES.ORDER_KEY}'`,
  });
  assert.match(replaced, /replaced, .*: vault:shared\n.*unchanged, .*: order-key$/m);

  const { secrets } = JSON.parse(await shop.secrets(["--json", "--stack", "prod"], 0)) as Report;
  assert.deepEqual(
    secrets.map(({ environments }) => environments["prod"]),
    ["set", "set", "-", "set", "set"],
  );
  assert.match(await shop.secrets(["--example"], 0), /\n# shop: Customers sign with it\nORDER_KEY=\n/);
  await stack.up();
  for (const [worker, expected] of [
    ["shop", { ORDER_KEY: VALUES.ORDER_KEY, SHARED: `${CANARY}-other` }],
    ["warehouse", { SHARED: `${CANARY}-other`, DB_PASSWORD: VALUES.DB_PASSWORD }],
  ] as const) {
    assert.deepEqual(await envOf(shop, worker), expected);
  }
  await rotatesInObject(shop);
  const audit = await shop.start("audit", ["--json"]);
  await audit.exit();
  const rows = (JSON.parse(audit.output) as AuditReport).secrets.map(
    ({ worker, binding, source, state, maxAge }) => [worker, binding, source, state, maxAge],
  );
  assert.deepEqual(rows, [
    ["shop", "ORDER_KEY", "config:order-key", "live", 90],
    ["shop", "SHARED", "config:vault:shared", "live", undefined],
    ["warehouse", "DB_PASSWORD", "config:database.password", "live", undefined],
    ["warehouse", "DB_PASSWORD_PREVIOUS", "config:database.password-previous", "live", undefined],
    ["warehouse", "SHARED", "config:vault:shared", "live", undefined],
  ]);
  assert.ok(!audit.output.includes(CANARY));

  const finish = ["database.password", "--stack", "prod", "--finish", "--grace", "0m", "--yes"];
  const finished = await shop.start("rotate", finish);
  assert.equal(await finished.exit(), 0, finished.output);
  assert.deepEqual(await envOf(shop, "warehouse"), {
    SHARED: `${CANARY}-other`,
    DB_PASSWORD: `${CANARY}-new`,
  });
  assert.doesNotMatch(await checkout.read(FILE), /-(?:previous|retired|rotation)/);
  assert.ok(!finished.output.includes(CANARY));
  assert.deepEqual(await filesWith(CANARY, checkout.folder), []);
});

async function envOf({ cloudflare }: Shop, worker: string): Promise<unknown> {
  const url = cloudflare.workerUrl(ACCOUNT_ID, worker) ?? assert.fail("not deployed");
  return await (await fetch(url)).json();
}

/** Rotates a value in an object of the config, beside one that stays as it is in the file. */
async function rotatesInObject(shop: Shop): Promise<void> {
  const { checkout } = shop;
  const user = "    user: bob # of the team\n    port: 5432\n";
  const before = await checkout.read(FILE);
  await checkout.write(FILE, before.replace(/(:database:\n)/, `$1${user}`));
  // However the path is written, the state has one name for it.
  const args = ['database["password"]', "--stack", "prod", "--yes"];
  const rotated = await shop.start("rotate", args, { input: `${CANARY}-new` });
  assert.equal(await rotated.exit(), 0, rotated.output);
  assert.doesNotMatch(rotated.output, /Warning/);
  assert.match(rotated.output, /npm run rotate -- database\.password --finish --stack prod\n/);
  assert.deepEqual(await envOf(shop, "warehouse"), {
    SHARED: `${CANARY}-other`,
    DB_PASSWORD: `${CANARY}-new`,
    DB_PASSWORD_PREVIOUS: VALUES.DB_PASSWORD,
  });
  const sealed = (name: string) => `    ${name}:\n      secure: .*\n`;
  assert.match(
    await checkout.read(FILE),
    new RegExp(
      `:database:\n${user}${sealed("password")}${sealed("password-previous")}` +
        "[^]*:database\\.password-rotation: deployed \\d{4}-",
    ),
  );
  assert.ok(!rotated.output.includes(CANARY));
  assert.deepEqual(await filesWith(CANARY, checkout.folder), [], "a value is in a file or an argument");
}

test(
  "an edit that is interrupted, or that Pulumi cannot finish, leaves the file as it was",
  TEST,
  async (t) => {
    const shop = await startShop(t);
    const { checkout } = shop;
    const args = ["--set", "--stack", "prod"];
    const before = await checkout.read(FILE);
    // The second of the two values never comes.
    const env = { HOLD: "vault:shared" };
    for (const code of [130, "SIGKILL"] as const) {
      const command = await shop.start("secrets", args, { env, input: ENV });
      await command.runs(/^300$/);
      const other = await shop.start("secrets", args, { input: ENV });
      assert.equal(await other.exit(), 1);
      assert.match(other.output, /Another edit of this stack's config is under way \(process \d+ on host /);
      if (code === 130) command.ctrlC();
      else command.kill(code);
      assert.equal(await command.exit(), code);
      assert.ok(!command.output.includes(CANARY));
      assert.equal(await checkout.read(FILE), before);
      assert.deepEqual(await filesWith(CANARY, checkout.folder), []);
    }

    await shop.secrets(args, 1, { input: ENV, env: { FAIL: "vault:shared" } });
    assert.equal(await checkout.read(FILE), before);
    const foreign = `${before}ourTool:\n  keep: this\n`;
    await checkout.write(FILE, foreign);
    assert.match(
      await shop.secrets(args, 1, { input: ENV }),
      /would change more of Pulumi\.prod\.yaml than asked: ourTool/,
    );
    assert.equal(await checkout.read(FILE), foreign);

    // The lock of the killed command is taken over.
    await checkout.write(FILE, before);
    await shop.secrets(args, 0, { input: ENV });
    assert.equal((await shop.config())["vault:shared"], VALUES.SHARED);
  },
);
