import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test } from "node:test";
import { TEST } from "../../support/command";
import { PASSPHRASE } from "../../support/project";
import { type Rotation, startRotation } from "../../support/rotation";

const OLD = "canary-old-value";
const NEW = "canary-new-value";
const PEM = "-----BEGIN KEY-----\ncanary-first\ncanary-second\n-----END KEY-----";
const FILE = "Pulumi.prod.yaml";

/** Starts a rotation on a terminal. */
function onTerminal(rotation: Rotation, env: NodeJS.ProcessEnv = {}) {
  return rotation.start("rotate", ["secrets-demo", "--stack", "prod"], { terminal: true, env });
}

/** Returns an environment in which a Pulumi command pauses until it is released. */
async function hold(rotation: Rotation, command: string) {
  const go = path.join(rotation.checkout.folder, "go");
  await fs.rm(go, { force: true });
  const env = await rotation.wrapPulumi(
    `case "$*" in ${command}*) while [ ! -e '${go}' ]; do sleep 0.05; done;; esac`,
  );
  return { env, release: () => fs.writeFile(go, "") };
}

test("a pasted value of several lines is read whole and not shown", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const command = await onTerminal(rotation);
  await command.prints(/\u001b\[\?2004h[^]*New value of secrets-demo: /);
  command.type(`\u001b[200~${PEM.replaceAll("\n", "\r")}\r\u001b[201~`);
  command.type("\r");
  await command.prints(/\[y\/N\] /);
  command.type("y\r");
  assert.equal(await command.exit(), 0, command.output);
  assert.equal((await rotation.config())["secrets-demo"], PEM);
  assert.doesNotMatch(command.output, /canary|KEY-----/);
  assert.match(command.output, /\u001b\[\?2004l/);
});

test(
  "a multi-line paste that the terminal does not mark is refused, not cut after its first line",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, OLD);
    const before = await rotation.checkout.read(FILE);
    const command = await onTerminal(rotation);
    await command.prints(/New value of secrets-demo: /);
    for (const line of PEM.split("\n")) command.type(`${line}\r`);
    assert.equal(await command.exit(), 1, command.output);
    assert.match(command.output, /Several lines came at once.*\n?.*standard input/);
    assert.doesNotMatch(command.output, /canary|KEY-----/);
    assert.equal(await rotation.checkout.read(FILE), before);
    assert.equal(await rotation.call(OLD), 200);
  },
);

test("input typed before a question is neither shown nor taken as the answer", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const config = await hold(rotation, "'config --show-secrets'");
  const early = await onTerminal(rotation, config.env);
  await early.runs(/^--show-secrets$/);
  early.type("canary-early\r");
  await config.release();
  await early.prints(/typed before this question was discarded\.\r?\nNew value of secrets-demo: /);
  const preview = await hold(rotation, "preview");
  early.type(`${NEW}\r`);
  await early.runs(/^preview$/);
  early.type("canary-late\ry\r");
  await preview.release();
  await early.prints(/typed before this question was discarded\.[^]*Deploy to prod\? \[y\/N\] /);
  early.type("n\r");
  assert.equal(await early.exit(), 1, early.output);
  assert.doesNotMatch(early.output, /canary/);
  assert.equal(await rotation.call(NEW), 401);

  const interrupted = await hold(rotation, "'config --show-secrets'");
  const stopped = await onTerminal(rotation, interrupted.env);
  await stopped.runs(/^--show-secrets$/);
  stopped.type("\u0003");
  await interrupted.release();
  assert.equal(await stopped.exit(), 130, stopped.output);
});

test("what is typed while the command still loads is not shown", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  // In place of the command, which would turn off the echo itself a moment later.
  await rotation.checkout.write(
    "commands/rotate/main.ts",
    'process.stdin.once("data", (typed) => { console.log(`got ${typed.length}`); process.exit(); });\nconsole.log("loads");\n',
  );
  const command = await onTerminal(rotation);
  await command.prints(/loads/);
  command.type("canary-early\r");
  await command.prints(/got 13/);
  assert.equal(await command.exit(), 0);
  assert.doesNotMatch(command.output, /canary/);
});

test("a passphrase that is not in the environment is asked for once, and not shown", TEST, async (t) => {
  const rotation = await startRotation(t, OLD, { withPassphrase: true });
  const none = { PULUMI_CONFIG_PASSPHRASE: undefined, PULUMI_CONFIG_PASSPHRASE_FILE: undefined };
  const refused = await rotation.rotate(["--yes"], { code: 1, input: NEW, env: none });
  assert.equal(
    refused.output,
    "The passphrase of stack prod is missing: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file " +
      "that holds it. On a terminal, the command asks for it.\n",
  );
  const wrong = { PULUMI_CONFIG_PASSPHRASE: "canary-wrong" };
  const failed = await rotation.rotate(["--yes"], { code: 1, input: NEW, env: wrong });
  assert.match(failed.output, /incorrect passphrase/);
  assert.doesNotMatch(failed.output, /canary/);
  const calls = path.join(rotation.checkout.folder, "calls");
  const env = { ...(await rotation.wrapPulumi(`echo "$@" >> '${calls}'`)), ...none };
  const command = await onTerminal(rotation, env);
  await command.prints(/Enter your passphrase to unlock config\/secrets for stack prod: /);
  command.type("canary-wrong\r");
  await command.prints(/Incorrect passphrase\. Enter your passphrase .*: /);
  command.type(`${PASSPHRASE}\r`);
  await command.prints(/New value of secrets-demo: /);
  command.type(`${NEW}\r`);
  await command.prints(/\[y\/N\] /);
  command.type("y\r");
  assert.equal(await command.exit(), 0, command.output);
  assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 200]);
  const shown = command.output + (await fs.readFile(calls, "utf8"));
  assert.ok(!shown.includes(PASSPHRASE) && !shown.includes("canary"), "a value was shown");
});
