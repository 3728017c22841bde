import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test } from "node:test";
import { TEST } from "../../support/command";
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
  early.type("y\r");
  await preview.release();
  await early.prints(/\[y\/N\] /);
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
