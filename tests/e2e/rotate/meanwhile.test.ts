import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test } from "node:test";
import { type Command, TEST } from "../../support/command";
import { copiesLeft, type Rotation, startRotation } from "../../support/rotation";

const OLD = "canary-old-value";
const NEW = "canary-new-value";
const FILE = "Pulumi.prod.yaml";

interface Held {
  readonly command: Command;
  readonly release: () => Promise<void>;
}

/** Starts a rotation and pauses it while it changes the first value in its copy of the config. */
async function startHeld(rotation: Rotation): Promise<Held> {
  const go = path.join(rotation.checkout.folder, "go");
  await fs.rm(go, { force: true });
  const env = await rotation.wrapPulumi(
    `case "$1 $2" in 'config set') while [ ! -e '${go}' ]; do sleep 0.05; done;; esac`,
  );
  const args = ["secrets-demo", "--stack", "prod", "--yes"];
  const command = await rotation.start("rotate", args, { env, input: NEW });
  await command.runs(/^--secret$/);
  return { command, release: () => fs.writeFile(go, "") };
}

test(
  "of two concurrent rotations of a stack the second is refused, and no value is lost",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, OLD);
    await rotation.pulumi(["config", "set", "--stack", "prod", "--secret", "other"], "canary-other");
    const { command, release } = await startHeld(rotation);
    const rotateOther = () =>
      rotation.start("rotate", ["other", "--stack", "prod", "--no-deploy"], { input: "canary-other-new" });
    const second = await rotateOther();
    assert.equal(await second.exit(), 1);
    assert.match(second.output, /Another edit of this stack's config is under way \(process \d+ on host /);
    await release();
    assert.equal(await command.exit(), 0, command.output);
    assert.equal(await (await rotateOther()).exit(), 0);
    const config = await rotation.config();
    assert.deepEqual(
      ["secrets-demo", "secrets-demo-previous", "other", "other-previous"].map((key) => config[key]),
      [NEW, OLD, "canary-other-new", "canary-other"],
    );
    assert.deepEqual(await copiesLeft(rotation.checkout.root), []);
  },
);

test("a value that is set while the command waits for input is not lost", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const started = await rotation.start("rotate", ["secrets-demo", "--stack", "prod", "--yes"], {
    terminal: true,
  });
  await started.prints(/New value of secrets-demo: /);
  await rotation.pulumi(["config", "set", "--stack", "prod", "--secret", "secrets-demo"], "canary-theirs");
  const theirs = await rotation.checkout.read(FILE);
  started.type(`${NEW}\r`);
  assert.equal(await started.exit(), 1);
  assert.match(
    started.output,
    /Pulumi.prod.yaml was changed meanwhile, but not by this command\. Run this again/,
  );
  assert.equal(await rotation.checkout.read(FILE), theirs);
});

const ENDS: Readonly<Record<string, (command: Command) => void>> = {
  SIGTERM: (command) => {
    command.kill("SIGTERM");
  },
  "SIGINT to the command alone": (command) => {
    command.kill("SIGINT");
  },
  "Ctrl-C": (command) => {
    command.ctrlC();
  },
  "a reader that goes away": (command) => {
    command.stopListening();
  },
};

test(
  "a rotation that is interrupted while it changes the config deploys nothing and restores the config",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, OLD);
    const before = await rotation.checkout.read(FILE);
    for (const [what, end] of Object.entries(ENDS)) {
      const { command, release } = await startHeld(rotation);
      end(command);
      await release();
      assert.equal(await command.exit(), 130, `${what}: ${command.output}`);
      assert.equal(await rotation.checkout.read(FILE), before, what);
      assert.deepEqual(await copiesLeft(rotation.checkout.root), [], what);
      assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 401], what);
    }
  },
);

test("a rotation that waits for standard input says so and can be interrupted", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const waiting = await rotation.start("rotate", ["secrets-demo", "--stack", "prod", "--yes"], {
      openInput: true,
    });
    await waiting.prints(/Reading standard input for the new value of secrets-demo\n/);
    waiting.kill(signal);
    assert.equal(await waiting.exit(), 130, waiting.output);
    assert.match(waiting.output, /Interrupted\.\n$/);
  }
});
