import { strict as assert } from "node:assert";
import { exec } from "node:child_process";
import * as fs from "node:fs/promises";
import test, { type TestContext } from "node:test";
import { promisify } from "node:util";
import { type Checkout, copyCheckout } from "../../support/checkout";
import { Command, TEST } from "../../support/command";

const CANARY = "canary-that-is-never-printed";
const WAITING = /Waiting for changes/;
const DEPLOYED = /The Worker answers on (\S+)/;
const SECRET_CHANGED = /^ *~ +cloudflare-worker-secrets:index:Secret myScript\/MY_SECRET_NAME_KEY update/m;

interface Dev {
  readonly checkout: Checkout;
  readonly dev: Command;
  /** Returns the Worker's current response. */
  readonly ask: () => Promise<string>;
  /** Runs one of the commands that dev prints for another terminal. */
  readonly run: (command: RegExp, input?: string) => Promise<string>;
}

async function startDev(t: TestContext): Promise<Dev> {
  const checkout = await copyCheckout(t);
  const dev = await Command.start(t, checkout, "dev", { npm: true });
  const [, url = ""] = await dev.prints(DEPLOYED);
  const [, environment = "", commands = ""] = await dev.prints(/In another terminal:\n +(.+)\n([^]+?)\n\n/);
  await dev.prints(WAITING);
  return {
    checkout,
    dev,
    ask: async () => (await fetch(url, { signal: t.signal })).text(),
    async run(command, input = "") {
      const line = commands.split("\n").find((text) => command.test(text));
      const env = { ...process.env, TMPDIR: checkout.tmp };
      const running = promisify(exec)(`${environment} && ${line}`, { cwd: checkout.root, env });
      running.child.stdin?.end(input);
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

async function leaves(dev: Command): Promise<void> {
  dev.ctrlC();
  await dev.exit();
  await dev.leavesNothing();
  assert.doesNotMatch(dev.output, /Warning/);
}

test(
  "a changed script.js is previewed and deployed; a save without a change is not deployed",
  TEST,
  async (t) => {
    const { checkout, dev, ask } = await startDev(t);
    assert.equal(await ask(), "Secret: dragons and unicorns are real");
    await checkout.write("script.js", answering("First"));
    await dev.prints(/Changed: script\.js\n/);
    await dev.prints(/Previewing update[^]*~ +cloudflare:index:WorkersScript myScript update/);
    await dev.prints(DEPLOYED);
    assert.equal(await ask(), "First: dragons and unicorns are real");
    // What the Worker does is a line each, and its secret is masked.
    await dev.prints(/^printed \[secret MY_SECRET_NAME_KEY\]\n/m);
    assert.match(dev.output, /^GET \/ 200 \d+ ms$/m);

    await checkout.write("script.js", answering("First"));
    const [sinceThen] = await dev.prints(/Changed: script\.js\n[^]*Nothing to deploy\.\n/);
    assert.doesNotMatch(sinceThen, /Updating/);

    // Editors that save atomically write a new file and rename it.
    await checkout.write("script.js~", answering("Renamed"));
    await fs.rename(checkout.file("script.js~"), checkout.file("script.js"));
    await dev.prints(DEPLOYED);
    assert.equal(await ask(), "Renamed: dragons and unicorns are real");
    await leaves(dev);
  },
);

test(
  "a new secret in index.ts, and a new value by the printed command, are named in the preview",
  TEST,
  async (t) => {
    const { checkout, dev, ask, run } = await startDev(t);
    await run(/config set/, CANARY);
    await dev.prints(/Changed: Pulumi\.dev\.yaml\n/);
    await dev.prints(/Previewing update/);
    await dev.prints(SECRET_CHANGED);
    await dev.prints(DEPLOYED);
    assert.equal(await ask(), `Secret: ${CANARY}`);

    const program = await checkout.read("index.ts");
    const second = '$&, { name: "SECOND", text: config.requireSecret("secrets-demo") }';
    await checkout.write("index.ts", program.replace(/{ name: "MY_SECRET_NAME_KEY".*?}/, second));
    await dev.prints(/Changed: index\.ts\n/);
    await dev.prints(/^ *\+ +cloudflare-worker-secrets:index:Secret myScript\/SECOND create/m);
    await dev.prints(DEPLOYED);
    await checkout.write("script.js", answering("Both").replace("MY_SECRET_NAME_KEY", "SECOND"));
    await dev.prints(DEPLOYED);
    assert.equal(await ask(), `Both: ${CANARY}`);
    await leaves(dev);
    assert.ok(!dev.output.includes(CANARY), dev.output);
  },
);

test("a rotation in another terminal is deployed and shows in the audit", TEST, async (t) => {
  const { dev, ask, run } = await startDev(t);
  const before = await ask();
  await run(/rotate/);
  await dev.prints(
    /^ *\+ +cloudflare-worker-secrets:index:Secret myScript\/MY_SECRET_NAME_KEY_PREVIOUS create/m,
  );
  await dev.prints(DEPLOYED);
  assert.notEqual(await ask(), before);
  const audited = await run(/audit/);
  assert.match(audited, /MY_SECRET_NAME_KEY .*config:secrets-demo .*live/);
  assert.match(audited, /MY_SECRET_NAME_KEY_PREVIOUS .*config:secrets-demo-previous .*live/);
  await leaves(dev);
});

test("after many quick saves the last one is live", TEST, async (t) => {
  const { checkout, dev, ask } = await startDev(t);
  for (let save = 1; save <= 12; save += 1) {
    await checkout.write("script.js", answering(`Save ${save}`));
    // Sometimes the next save arrives after the deploy has started.
    if (save % 3 === 0) await dev.prints(/Previewing update/);
  }
  for (let answer = await ask(); !answer.startsWith("Save 12:"); answer = await ask()) {
    await dev.prints(DEPLOYED);
  }
  await leaves(dev);
});

test("an error leaves the live Worker serving, and the next correct save deploys again", TEST, async (t) => {
  const { checkout, dev, ask } = await startDev(t);
  const live = await ask();
  for (const [file, mistake, reason] of [
    ["script.js", "export default {", /SyntaxError: Unexpected end of input/],
    ["index.ts", "const = 1;", /index\.ts:1:6: ERROR/],
    ["Pulumi.dev.yaml", "  : : no", /invalid YAML file/],
  ] as const) {
    const good = await checkout.read(file);
    await checkout.write(file, mistake);
    const [said] = await dev.prints(/Changed: [^]*Not deployed\..*\n/);
    assert.match(said, reason);
    assert.equal(await ask(), live);
    await checkout.write(file, good);
    await dev.prints(/The Worker answers on|Nothing to deploy\./);
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
    await dev.prints(/Changed: lib\/code\.ts\n[^]*no such file or directory[^]*Not deployed\./);
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
