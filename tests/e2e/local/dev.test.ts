import { strict as assert } from "node:assert";
import { exec } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import test, { type TestContext } from "node:test";
import { promisify } from "node:util";
import { type Checkout, copyCheckout } from "../../support/checkout";
import { Command, TEST } from "../../support/command";

const CANARY = "canary-that-is-never-printed";
const WAITING = /Waiting for changes/;
const ANSWERS = /script_1 answers on (\S+)/;
const TRIED = /^ {2}script_1 answers with it after \d+ ms$/m;
const DEPLOYED = /^Deployed in \d+\.\d s\.$/m;

interface Dev {
  readonly checkout: Checkout;
  readonly dev: Command;
  /** Returns the Worker's current response. */
  readonly ask: () => Promise<string>;
  /** Runs a command in another terminal, after the line that dev prints for it. */
  readonly run: (command: string, input?: string) => Promise<string>;
}

async function startDev(t: TestContext, args: readonly string[] = []): Promise<Dev> {
  const checkout = await copyCheckout(t);
  const dev = await Command.start(t, checkout, "dev", { npm: true, args });
  const [, url = ""] = await dev.prints(ANSWERS);
  const [, source = ""] = await dev.prints(/In another terminal[^\n]*:\n +(.+)\n/);
  await dev.prints(WAITING);
  return {
    checkout,
    dev,
    ask: async () => (await fetch(url, { signal: t.signal })).text(),
    async run(command, input = "") {
      const env = { ...process.env, TMPDIR: checkout.tmp };
      const running = promisify(exec)(`${source} && ${command}`, { cwd: checkout.root, env });
      running.child.stdin?.on("error", () => undefined).end(input);
      return (await running).stdout;
    },
  };
}

/** A script.js whose response begins with `word`. */
function answering(word: string): string {
  return `export default { fetch(_, env) {
  console.log("printed", env.MY_SECRET_NAME_KEY);
  return new Response(\`${word}: \${env.MY_SECRET_NAME_KEY}\`);
} };\n`;
}

const BUNDLED = `
  import * as path from "node:path";
  import * as pulumi from "@pulumi/pulumi";
  import { bundle } from "./bundle";
  import { WorkerScript } from "./component";
  new WorkerScript("shop", {
    accountId: new pulumi.Config().require("accountId"),
    name: "shop",
    ...bundle("worker.ts"),
    assets: { directory: path.join(__dirname, "public") },
  });
`;

async function leaves(dev: Command): Promise<void> {
  dev.ctrlC();
  await dev.exit();
  await dev.leavesNothing();
  assert.doesNotMatch(dev.output, /Warning/);
}

test(
  "a changed script.js is answered with, then deployed; a save without a change is not",
  TEST,
  async (t) => {
    const { checkout, dev, ask } = await startDev(t);
    assert.equal(await ask(), "Secret: dragons and unicorns are real");
    await checkout.write("script.js", answering("First"));
    await dev.prints(/^Changed: script\.js$/m);
    await dev.prints(TRIED);
    assert.equal(await ask(), "First: dragons and unicorns are real");
    const [said] = await dev.prints(DEPLOYED);
    // What the Worker does is a line each, and its secret is masked.
    assert.match(dev.output, /^printed \[secret MY_SECRET_NAME_KEY\]$/m);
    assert.match(dev.output, /^GET \/ 200 \d+ ms$/m);
    assert.match(dev.output, /^ {2}~ WorkersScript myScript \[content\]$/m);
    assert.doesNotMatch(said, /Updating|Resources:/);
    assert.equal(await ask(), "First: dragons and unicorns are real");

    await checkout.write("script.js", answering("First"));
    const [sinceThen] = await dev.prints(/^Changed: script\.js\n[^]*Nothing to deploy\.\n/m);
    assert.doesNotMatch(sinceThen, /Deployed/);

    // Editors that save atomically write a new file and rename it.
    await checkout.write("script.js~", answering("Renamed"));
    await fs.rename(checkout.file("script.js~"), checkout.file("script.js"));
    await dev.prints(DEPLOYED);
    assert.equal(await ask(), "Renamed: dragons and unicorns are real");
    await leaves(dev);
  },
);

test("a new secret in index.ts, and a new value from another terminal, are named", TEST, async (t) => {
  const { checkout, dev, ask, run } = await startDev(t);
  await run("pulumi config set --secret secrets-demo", CANARY);
  await dev.prints(/^Changed: Pulumi\.dev\.yaml$/m);
  await dev.prints(/^ {2}~ Secret myScript\/MY_SECRET_NAME_KEY\b/m);
  await dev.prints(DEPLOYED);
  assert.equal(await ask(), `Secret: ${CANARY}`);

  const program = await checkout.read("index.ts");
  const second = '$&, { name: "SECOND", text: config.requireSecret("secrets-demo") }';
  await checkout.write("index.ts", program.replace(/{ name: "MY_SECRET_NAME_KEY".*?}/, second));
  await dev.prints(/^Changed: index\.ts$/m);
  await dev.prints(/^ {2}\+ Secret myScript\/SECOND$/m);
  await dev.prints(DEPLOYED);
  // Another argument of the script needs a deploy.
  const now = await checkout.read("index.ts");
  await checkout.write("index.ts", now.replace("...bindings,", '$& compatibilityDate: "2025-12-31",'));
  await dev.prints(/^ {2}~ WorkersScript myScript \[compatibilityDate\]$/m);
  await dev.prints(DEPLOYED);
  await checkout.write("script.js", answering("Both").replace("MY_SECRET_NAME_KEY", "SECOND"));
  await dev.prints(DEPLOYED);
  assert.equal(await ask(), `Both: ${CANARY}`);
  await leaves(dev);
  assert.ok(!dev.output.includes(CANARY), dev.output);
});

test("a value in .dev.vars overrides the stack's, and is written nowhere else", TEST, async (t) => {
  const { checkout, dev, ask } = await startDev(t);
  await checkout.write(".dev.vars", `MY_SECRET_NAME_KEY="${CANARY}"\nNO_SUCH_SECRET=${CANARY}\n`);
  await dev.prints(/^Changed: \.dev\.vars$/m);
  await dev.prints(/^ {2}~ Secret myScript\/MY_SECRET_NAME_KEY\b/m);
  await dev.prints(
    /^From \.dev\.vars: MY_SECRET_NAME_KEY\nIn \.dev\.vars, and no secret.*: NO_SUCH_SECRET$/m,
  );
  assert.equal(await ask(), `Secret: ${CANARY}`);
  // Its change of the code keeps it.
  await checkout.write("script.js", answering("Mine"));
  await dev.prints(TRIED);
  assert.equal(await ask(), `Mine: ${CANARY}`);
  await dev.prints(DEPLOYED);
  assert.equal(await ask(), `Mine: ${CANARY}`);
  await dev.prints(/^printed \[secret MY_SECRET_NAME_KEY\]$/m);

  // A secrets manager that cannot be reached is not waited for.
  const program = await fs.readFile(checkout.file("index.ts"), "utf8");
  const managed = program
    .replace(
      'configSecret("secrets-demo")',
      'vaultSecret("shop", { key: "a", address: "https://127.0.0.1:1" })',
    )
    .replaceAll("configSecret", "vaultSecret");
  await checkout.write("index.ts", managed);
  await dev.prints(/^Nothing to deploy\.$/m);
  assert.equal(await ask(), `Mine: ${CANARY}`);

  await checkout.write("index.ts", program);
  await dev.prints(/^Nothing to deploy\.$/m);
  await fs.rm(checkout.file(".dev.vars"));
  await dev.prints(/^ {2}~ Secret myScript\/MY_SECRET_NAME_KEY\b/m);
  await dev.prints(DEPLOYED);
  assert.equal(await ask(), "Mine: dragons and unicorns are real");
  await leaves(dev);
  assert.equal(await checkout.changes(), "M\tscript.js\n");
  assert.ok(!dev.output.includes(CANARY), dev.output);
});

test("a rotation in another terminal is deployed and shows in the audit", TEST, async (t) => {
  const { checkout, dev, ask, run } = await startDev(t);
  const before = await ask();
  await run("npm run rotate -- secrets-demo --generate");
  await dev.prints(/^ {2}\+ Secret myScript\/MY_SECRET_NAME_KEY_PREVIOUS$/m);
  await dev.prints(DEPLOYED);
  assert.notEqual(await ask(), before);
  const audited = await run("npm run audit");
  assert.match(audited, /MY_SECRET_NAME_KEY .*config:secrets-demo .*live/);
  assert.match(audited, /MY_SECRET_NAME_KEY_PREVIOUS .*config:secrets-demo-previous .*live/);

  assert.equal(await run("echo $CLOUDFLARE_ACCOUNT_ID"), "0123456789abcdef0123456789abcdef\n");
  // The user's own selection counts.
  assert.match(await run("pulumi stack --show-name"), /^dev$/m);
  await run("pulumi stack init other --copy-config-from dev");
  assert.match(await run("pulumi stack --show-name"), /^other$/m);
  await leaves(dev);
  assert.deepEqual(await fs.readdir(checkout.file(".dev")), []);
});

test("after many quick saves the last one is live", TEST, async (t) => {
  const { checkout, dev, ask } = await startDev(t);
  for (let save = 1; save <= 12; save += 1) {
    await checkout.write("script.js", answering(`Save ${save}`));
    // Sometimes the next save arrives after the deploy has started.
    if (save % 3 === 0) await dev.prints(TRIED);
  }
  for (let answer = await ask(); !answer.startsWith("Save 12:"); answer = await ask()) {
    await dev.prints(TRIED);
  }
  await dev.prints(DEPLOYED);
  assert.match(await ask(), /^Save 12:/);
  await leaves(dev);
});

test("an error leaves the live Worker serving, and the next correct save deploys again", TEST, async (t) => {
  const { checkout, dev, ask } = await startDev(t);
  const live = await ask();
  for (const [file, mistake, reason] of [
    ["script.js", "export default {", /SyntaxError: Unexpected end of input/],
    ["index.ts", "const = 1;", /index\.ts:1:6: ERROR/],
    ["index.ts", 'throw new Error("half-way");', /^Not deployed\. Error: half-way\n.*\bindex\.ts:1:7\)?$/m],
    ["Pulumi.dev.yaml", "  : : no", /invalid YAML file/],
  ] as const) {
    const good = await checkout.read(file);
    await checkout.write(file, mistake);
    const [said] = await dev.prints(/Changed: [^]*Not deployed\.[^]*?\n(?=\n|$)/);
    assert.match(said, reason);
    assert.equal(said.match(new RegExp(reason.source, "gm"))?.length, 1, said);
    assert.equal(await ask(), live);
    await checkout.write(file, good);
    await dev.prints(/Deployed in|Nothing to deploy\./);
  }
  await checkout.write("script.js", answering("Mended"));
  await dev.prints(DEPLOYED);
  assert.equal(await ask(), "Mended: dragons and unicorns are real");
  await leaves(dev);
});

test(
  "files that the program imports or reads are watched anywhere, including a module that was missing",
  TEST,
  async (t) => {
    const { checkout, dev, ask } = await startDev(t);
    const program = await checkout.read("index.ts");
    const used = program.replace(/^import/, 'import { code } from "./lib/code";\nimport');
    await checkout.write("index.ts", used.replace(/content: .*/, "content: code,"));
    await dev.prints(/Changed: index\.ts\n[^]*Not deployed\./);
    await fs.mkdir(checkout.file("lib"));
    const reader =
      'import * as fs from "fs";\nexport const code = fs.readFileSync("lib/worker.js", "utf8");\n';
    await checkout.write("lib/code.ts", reader);
    await dev.prints(
      /Changed: lib\/code\.ts\n\nNot deployed\. .*no such file or directory, open 'lib\/worker\.js'\n.* \(?lib\/code\.ts:2:/,
    );
    await checkout.write("lib/worker.js", answering("Library"));
    await dev.prints(/Changed: lib\/worker\.js\n/);
    await dev.prints(DEPLOYED);
    assert.match(await ask(), /^Library: /);
    await checkout.write("lib/worker.js", answering("Edited"));
    await dev.prints(/Changed: lib\/worker\.js\n/);
    await dev.prints(DEPLOYED);
    assert.match(await ask(), /^Edited: /);

    // The program does not use these two files, so only the third change is reported.
    await checkout.write("README.md", "# Other words\n");
    await checkout.write("lib/unused.ts", "export {};\n");
    await checkout.write("lib/worker.js", answering("Last"));
    const [sinceThen] = await dev.prints(/Changed: .*\n/);
    assert.equal(sinceThen, "Changed: lib/worker.js\n");
    await dev.prints(DEPLOYED);
    await leaves(dev);
  },
);

test("a bundle's modules, also outside the checkout, and static assets are watched", TEST, async (t) => {
  const checkout = await copyCheckout(t);
  await fs.mkdir(path.join(checkout.folder, "shared"));
  const shared = path.join(checkout.folder, "shared/word.ts");
  await fs.writeFile(shared, 'export const word: string = "one";\n');
  await fs.mkdir(checkout.file("public"));
  await checkout.write("public/page.html", "first page");
  await checkout.write(
    "worker.ts",
    'import { word } from "../shared/word";\nexport default { fetch: () => new Response(word) };\n',
  );
  await checkout.write("index.ts", BUNDLED);
  const dev = await Command.start(t, checkout, "dev");
  const [, url = ""] = await dev.prints(/^shop answers on (\S+)$/m);
  await dev.prints(WAITING);
  const ask = async (place = "/") => (await fetch(url + place, { signal: t.signal })).text();
  assert.equal(await ask(), "one");
  await fs.writeFile(shared, 'export const word: string = "two";\n');
  await dev.prints(/^Changed: \.\.\/shared\/word\.ts\n {2}shop answers with it after/m);
  assert.equal(await ask(), "two");
  await dev.prints(DEPLOYED);
  assert.equal(await ask(), "two");

  await fs.writeFile(shared, 'export const word: string = "three;\n');
  await dev.prints(/^Not deployed\. bundle\("worker\.ts"\)[^]*Unterminated string literal/m);
  assert.equal(await ask(), "two");
  await fs.writeFile(shared, 'export const word: string = "three";\n');
  await dev.prints(DEPLOYED);
  assert.equal(await ask(), "three");

  // What the program itself imports may change more than the code.
  const variable = 'name: "shop", bindings: [{ name: "WORD", type: "plain_text", text: word }],';
  const program = `import { word } from "../shared/word";${BUNDLED.replace('name: "shop",', variable)}`;
  await checkout.write("index.ts", program);
  await dev.prints(DEPLOYED);
  await fs.writeFile(shared, 'export const word: string = "four";\n');
  const [said] = await dev.prints(DEPLOYED);
  assert.doesNotMatch(said, /answers with it after/);
  assert.equal(await ask(), "four");

  await checkout.write("public/page.html", "second page");
  await dev.prints(/^Changed: public\/page\.html$/m);
  await dev.prints(DEPLOYED);
  assert.equal(await ask("/page"), "second page");
  await leaves(dev);
});

test("code that is answered with and then not deployed is taken back", TEST, async (t) => {
  const { checkout, dev, ask, run } = await startDev(t);
  const variables = "$CLOUDFLARE_BASE_URL/accounts/$CLOUDFLARE_ACCOUNT_ID $CLOUDFLARE_API_TOKEN";
  const [account = "", token = ""] = (await run(`echo ${variables}`)).trim().split(" ");
  await fetch(`${account}/workers/scripts/script_1/secrets`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "BY_HAND", text: CANARY, type: "secret_text" }),
  });
  await checkout.write("script.js", answering("Tried"));
  await dev.prints(TRIED);
  assert.match(await ask(), /^Tried: /);
  // The gate looks at what is live, and finds a secret that the deploy would remove.
  const [said] = await dev.prints(/^Not deployed\. [^]*?BY_HAND.*$/m);
  assert.equal(said.match(/BY_HAND/g)?.length, 1, said);
  const [end] = await dev.prints(/^[^]*?script_1 answers with its deployed code again\.$/m);
  assert.doesNotMatch(end, /failed|errors occurred/);
  assert.match(await ask(), /^Secret: /);
  await leaves(dev);
  assert.ok(!dev.output.includes(CANARY), dev.output);
});

test("--verbose prints all that Pulumi says", TEST, async (t) => {
  const { checkout, dev } = await startDev(t, ["--verbose"]);
  await checkout.write("script.js", answering("First"));
  await dev.prints(/Updating \(dev\)[^]*Resources:[^]*2 updated/);
  await dev.prints(DEPLOYED);
  await leaves(dev);
});
