import { strict as assert } from "node:assert";
import { test, type TestContext } from "node:test";
import { TEST } from "../../support/command";
import { CANARY, shop } from "../../support/fleet";
import { PASSPHRASE, type ProjectOptions } from "../../support/project";
import { type Broken, startBroken, WORKER } from "../../support/repair";

const KEY = { name: "KEY", text: `${CANARY} key` };
const QUESTION = /Remove 1 secret and put back 1 secret on 1 Worker of stack prod\? \[y\/N\] /;

/** Starts with a Worker that lacks KEY and has a secret that is not declared. */
async function startOnTerminal(t: TestContext, options: ProjectOptions = {}): Promise<Broken> {
  const broken = await startBroken(t, options);
  await broken.deploys(shop([KEY]));
  await broken.drifts("KEY");
  return broken;
}

const onTerminal = (broken: Broken, env: NodeJS.ProcessEnv = {}) =>
  broken.start("repair", ["--stack", "prod"], { terminal: true, env });

test("on a terminal it asks: no changes nothing, yes repairs, and Ctrl-C ends it", TEST, async (t) => {
  const broken = await startOnTerminal(t);
  const declined = await onTerminal(broken);
  await declined.prints(/BY_HAND {2}live, and not declared: to be removed/);
  await declined.prints(QUESTION);
  declined.type("\r");
  assert.equal(await declined.exit(), 1, declined.output);
  assert.match(declined.output, /Nothing was changed\.\r?\n/);

  const stopped = await onTerminal(broken);
  await stopped.prints(QUESTION);
  stopped.type("\u0003");
  assert.equal(await stopped.exit(), 130, stopped.output);
  assert.deepEqual(broken.takeEdits(), []);
  assert.deepEqual(await broken.ask(), { BY_HAND: `${CANARY} by hand` });

  const accepted = await onTerminal(broken);
  await accepted.prints(QUESTION);
  accepted.type("y\r");
  assert.equal(await accepted.exit(), 0, accepted.output);
  assert.match(accepted.output, /shop-prod: as declared\r?\n/);
  assert.equal(broken.takeEdits().length, 1);
  assert.deepEqual(await broken.ask(), { KEY: KEY.text });
  for (const { output } of [declined, stopped, accepted]) assert.ok(!output.includes(CANARY));
});

test("what changes while the question waits is not part of the answer", TEST, async (t) => {
  const broken = await startOnTerminal(t);
  const command = await onTerminal(broken);
  await command.prints(QUESTION);
  await broken.putByHand(WORKER, "ANOTHER");
  command.type("y\r");
  assert.equal(await command.exit(), 1, command.output);
  assert.match(command.output, /Nothing was changed, because what is live or declared has changed/);
  assert.deepEqual(broken.takeEdits(), []);
});

test("a value that is rotated while the question waits is the one that is put back", TEST, async (t) => {
  const broken = await startOnTerminal(t);
  const command = await onTerminal(broken);
  await command.prints(QUESTION);
  const rotated = { ...KEY, text: `${CANARY} rotated` };
  assert.ok(await broken.deploys(shop([rotated], { undeclaredSecrets: "warn" })));
  await broken.drifts("KEY");
  command.type("y\r");
  assert.equal(await command.exit(), 0, command.output);
  assert.deepEqual(await broken.ask(), { KEY: rotated.text });
});

test("a passphrase that is not in the environment is asked for, and not shown", TEST, async (t) => {
  const broken = await startOnTerminal(t, { withPassphrase: true });
  const none = { PULUMI_CONFIG_PASSPHRASE: undefined, PULUMI_CONFIG_PASSPHRASE_FILE: undefined };
  const refused = await broken.repair(["--yes"], { code: 1, env: none });
  assert.match(refused, /^The passphrase of stack prod is missing: set PULUMI_CONFIG_PASSPHRASE/);
  assert.deepEqual(broken.takeEdits(), []);

  const command = await onTerminal(broken, none);
  await command.prints(/Enter your passphrase to unlock config\/secrets for stack prod: /);
  command.type(`${PASSPHRASE}\r`);
  await command.prints(QUESTION);
  command.type("y\r");
  assert.equal(await command.exit(), 0, command.output);
  assert.deepEqual(await broken.ask(), { KEY: KEY.text });
  assert.ok(!command.output.includes(PASSPHRASE) && !command.output.includes(CANARY), "a value was shown");
});
