import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { findTools } from "../../../harness/tools";
import { type Checkout, copyCheckout } from "../../support/checkout";
import { Command, TEST } from "../../support/command";
import { freePorts } from "../../support/ports";

const CANARY = "canary-of-the-renamed-project";
const PASSPHRASE = "the user's own passphrase";

/** Renames the project, and moves the program and its stacks' files into folders. */
async function renameAndMove(checkout: Checkout): Promise<void> {
  await Promise.all(["infra", "stacks"].map((folder) => fs.mkdir(checkout.file(folder))));
  for (const file of ["index.ts", "script.js"]) {
    await fs.rename(checkout.file(file), checkout.file(`infra/${file}`));
  }
  const edits: [string, RegExp, string][] = [
    ["infra/index.ts", /from "\.\//g, 'from "../'],
    ["infra/index.ts", /secrets-demo/g, "greeting"],
    ["infra/index.ts", /MY_SECRET_NAME_KEY/g, "GREETING"],
    ["infra/index.ts", /^export const .*;$/gm, ""],
    ["infra/script.js", /MY_SECRET_NAME_KEY/g, "GREETING"],
    ["Pulumi.yaml", /^name: .*$/m, "name: shop\nmain: infra\nstackConfigDir: stacks"],
    ["Pulumi.yaml", /secrets-demo/g, "greeting"],
    ["package.json", /"name": ".*"/, '"name": "shop"'],
  ];
  for (const [file, before, after] of edits) {
    await checkout.write(file, (await checkout.read(file)).replaceAll(new RegExp(before, "gm"), after));
  }
  await fs.rm(checkout.file("Pulumi.dev.yaml"));
}

/** `pulumi stack init` and `pulumi config set`, as in a project of a user's own. */
async function makeStack(checkout: Checkout, stack: string): Promise<void> {
  const { command } = (await findTools()).engine;
  const state = path.join(checkout.folder, "state");
  await fs.mkdir(state);
  const env = {
    ...process.env,
    PULUMI_HOME: path.join(checkout.folder, "other-home"),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
  };
  const pulumi = (args: string[], input = "") => {
    const running = promisify(execFile)(command.command, args, { cwd: checkout.root, env });
    running.child.stdin?.end(input);
    return running;
  };
  await pulumi(["stack", "init", stack]);
  await pulumi(["config", "set", "accountId", "0123456789abcdef0123456789abcdef", "--stack", stack]);
  await pulumi(["config", "set", "--secret", "greeting", "--stack", stack], CANARY);
  // Nothing is live on this machine, so nothing could be kept.
  await pulumi(["config", "set", "cloudflare-worker-secrets:secretValues", "keep", "--stack", stack]);
}

test(
  "start, dev, rotate and audit: a renamed project, its program in a folder, a stack of its own",
  TEST,
  async (t) => {
    const checkout = await copyCheckout(t);
    await renameAndMove(checkout);
    await makeStack(checkout, "local");
    const args = ["--stack", "local"];

    const refused = await Command.start(t, checkout, "start", { args });
    assert.equal(await refused.exit(), 1);
    assert.match(
      refused.output,
      /^The secrets of stacks\/Pulumi\.local\.yaml .*set PULUMI_CONFIG_PASSPHRASE or/m,
    );
    const missing = await Command.start(t, checkout, "start", { args: ["--stack", "none"] });
    assert.equal(await missing.exit(), 1);
    assert.match(missing.output, /^There is no stacks\/Pulumi\.none\.yaml\. /m);

    const env = { PULUMI_CONFIG_PASSPHRASE: PASSPHRASE };
    const dev = await Command.start(t, checkout, "dev", { args, env });
    const [, url = ""] = await dev.prints(/^shop-local answers on (\S+)$/m);
    assert.equal(await (await fetch(url)).text(), `Secret: ${CANARY}`);
    await dev.prints(/Waiting for changes/);
    const run = async (command: string) => {
      const script = `. .dev/local.env && npm run --silent ${command}`;
      const { stdout } = await promisify(execFile)("sh", ["-c", script], { cwd: checkout.root });
      return stdout;
    };
    const rotated = await run("rotate -- greeting --generate");
    await dev.prints(/^ {2}\+ Secret myScript\/GREETING_PREVIOUS$/m);
    await dev.prints(/^Deployed in/m);
    const audited = await run("audit");
    assert.match(audited, /local .*GREETING_PREVIOUS .*config:greeting-previous .*live/);
    dev.ctrlC();
    assert.equal(await dev.exit(), 0, dev.output);
    await dev.leavesNothing();
    assert.ok(![dev.output, rotated, audited].join().includes(CANARY));
  },
);

/** Declares a Worker for each file in the folder `workers`, and one that answers no requests. */
const FLEET = `
  import * as fs from "node:fs";
  import * as pulumi from "@pulumi/pulumi";
  import { WorkerScript } from "./component";
  const accountId = new pulumi.Config().require("accountId");
  for (const file of fs.readdirSync("workers")) {
    const content = fs.readFileSync("workers/" + file, "utf8");
    new WorkerScript(file, { accountId, name: /name: (\\S+)/.exec(content)?.[1] ?? "", content });
  }
  const content = 'export default { scheduled() {} };';
  new WorkerScript("clock", { accountId, name: "clock", content });
`;

async function fleet(checkout: Checkout, workers: Readonly<Record<string, string>>): Promise<void> {
  await fs.mkdir(checkout.file("workers"), { recursive: true });
  await checkout.write("index.ts", FLEET);
  for (const [file, name] of Object.entries(workers)) await checkout.write(`workers/${file}`, worker(name));
}

function worker(name: string): string {
  return `// name: ${name}\nexport default { fetch: () => new Response("I am ${name}") };\n`;
}

test("start asks every Worker that answers requests", TEST, async (t) => {
  const checkout = await copyCheckout(t);
  await fleet(checkout, { "a.js": "alpha", "b.js": "beta" });
  const start = await Command.start(t, checkout, "start");
  assert.equal(await start.exit(), 0, start.output);
  assert.match(start.output, /\nGET http:\S+\nI am alpha\n\nGET http:\S+\nI am beta\n$/);
});

test(
  "each Worker keeps its port: after a deploy, a new name, another Worker, and in the next session",
  TEST,
  async (t) => {
    const checkout = await copyCheckout(t);
    await fleet(checkout, { "a.js": "alpha", "b.js": "beta" });
    const first = await freePorts(5);
    const address = (place: number) => `http://127.0.0.1:${first + place}`;
    const ask = async (place: number) => (await fetch(address(place))).text();
    const session = async () => {
      const dev = await Command.start(t, checkout, "dev", { args: ["--port", String(first)] });
      await dev.prints(/Waiting for changes/);
      return dev;
    };
    const dev = await session();
    assert.match(
      dev.output,
      new RegExp(`^alpha answers on ${address(0)}\nbeta answers on ${address(1)}\nclock`, "m"),
    );
    await checkout.write("workers/a.js", worker("renamed"));
    await dev.prints(new RegExp(`^renamed answers on ${address(0)}$`, "m"));
    assert.equal(await ask(0), "I am renamed");
    // The folder was listed, so a new file is noticed.
    await checkout.write("workers/0.js", worker("zero"));
    await dev.prints(new RegExp(`^zero answers on ${address(3)}$`, "m"));
    assert.deepEqual(await Promise.all([0, 1, 3].map(ask)), ["I am renamed", "I am beta", "I am zero"]);
    // One that does not start holds the others back.
    await checkout.write("workers/a.js", worker("renamed").replace("I am", "I was"));
    await checkout.write("workers/b.js", "// name: beta\nexport default {");
    await dev.prints(/^Not deployed\. .*SyntaxError[^]*^renamed answers with its deployed code again\.$/m);
    assert.deepEqual(await Promise.all([0, 1, 3].map(ask)), ["I am renamed", "I am beta", "I am zero"]);
    await checkout.write("workers/a.js", worker("renamed"));
    await checkout.write("workers/b.js", worker("beta"));
    await dev.prints(/^Nothing to deploy\.$/m);
    await fs.rm(checkout.file("workers/b.js"));
    await dev.prints(/^ {2}- WorkerScript b\.js$/m);
    await dev.prints(/^Deployed in/m);
    await assert.rejects(ask(1));
    dev.ctrlC();
    assert.equal(await dev.exit(), 0, dev.output);

    const next = await session();
    assert.deepEqual(await Promise.all([0, 3].map(ask)), ["I am renamed", "I am zero"]);
    next.ctrlC();
    await next.exit();
    assert.equal((await checkout.changes()).includes(".dev"), false);
  },
);
