import { strict as assert } from "node:assert";
import { EventEmitter, once } from "node:events";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test } from "node:test";
import type { Command } from "../../support/command";
import { copiesLeft, type Rotation, startRotation } from "../../support/rotation";

const TEST = { timeout: 900_000 };
const OLD = "canary-old-value";
const NEW = "canary-new-value";

/** Kills the calling command just before its KILL_AT-th call of Pulumi that changes something. */
const KILLER = `case "$1 $2" in
  'config set' | 'config rm' | preview* | up*)
    echo "$1" >> "$CALLS"
    if [ "$(wc -l < "$CALLS")" -eq "$KILL_AT" ]; then kill -KILL $PPID; exit 1; fi
esac`;

/**
 * Runs a rotation repeatedly. Each run is killed one step later than the one before, and then repeated to completion.
 *
 * @param check checks the state that the killed rotation left
 * @returns how many steps a rotation has
 */
async function killAtEachStep(
  rotation: Rotation,
  args: readonly string[],
  input: string,
  check: (config: Record<string, string>) => Promise<void>,
): Promise<number> {
  const { checkout } = rotation;
  const before = await checkout.read("Pulumi.prod.yaml");
  for (let step = 1; ; step++) {
    await checkout.write("Pulumi.prod.yaml", before);
    const CALLS = path.join(checkout.folder, "calls");
    await fs.rm(CALLS, { force: true });
    const env = { ...(await rotation.wrapPulumi(KILLER)), CALLS, KILL_AT: String(step) };
    const killed = await rotation.start("rotate", ["secrets-demo", "--stack", "prod", ...args], {
      env,
      input,
    });
    const code = await killed.exit();
    assert.doesNotMatch(killed.output, /canary/);
    if (code === 0) {
      return step - 1;
    }
    assert.equal(code, "SIGKILL", killed.output);
    await ended(killed);
    await check(await rotation.config());
    // It changed nothing yet, so the next run, which gets one step further, is the same run again.
    if ((await checkout.read("Pulumi.prod.yaml")) === before) continue;

    const again = await rotation.rotate(args, { input });
    assert.doesNotMatch(again.output, /canary/);
    assert.deepEqual(await copiesLeft(checkout.root), []);
    assert.doesNotMatch(await checkout.read("Pulumi.prod.yaml"), /pending/);
  }
}

/** Waits until all processes that a command started have ended by themselves. */
async function ended(command: Command): Promise<void> {
  while ((await command.processes()).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("a rotation that is killed at any step can be run again, and no value is lost", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const steps = await killAtEachStep(rotation, ["--yes"], NEW, async (config) => {
    assert.ok(Object.values(config).includes(OLD), "the old value is lost");
    assert.equal(await rotation.call(OLD), 200);
  });
  // Three values in the copy of the config, preview, up, and the mark.
  assert.equal(steps, 6);
  const { "secrets-demo": current, "secrets-demo-previous": previous } = await rotation.config();
  assert.deepEqual([current, previous], [NEW, OLD]);
  assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 200]);
});

test(
  "--rollback and --finish can be run again after being killed at any step, and no value is lost",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, OLD);
    await rotation.rotate(["--yes"], { input: NEW });
    const rollback = await killAtEachStep(rotation, ["--rollback", "--yes"], "", async (config) => {
      assert.deepEqual([config["secrets-demo"], config["secrets-demo-previous"]].sort(), [NEW, OLD]);
      assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 200]);
    });
    assert.equal(rollback, 6);

    const finish = await killAtEachStep(
      rotation,
      ["--finish", "--grace", "0m", "--yes"],
      "",
      async (config) => {
        assert.equal(config["secrets-demo"], OLD);
        // A value that callers may still use is still in the config.
        assert.ok(Object.values(config).includes(NEW) || (await rotation.call(NEW)) === 401);
        assert.equal(await rotation.call(OLD), 200);
      },
    );
    assert.equal(finish, 7);
    assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 401]);
  },
);

/** Handles the upload in place of the API. */
type Fault = (request: Request) => Promise<Response | undefined> | Response | undefined;

/** Fails the upload at once. Without the header, a provider would retry for minutes. */
const BROKEN = { status: 500, headers: { "x-should-retry": "false" } };

async function startFaulty(t: Parameters<typeof startRotation>[0]) {
  let fault: Fault | undefined;
  const rotation = await startRotation(t, OLD, {
    intercept: (request) => {
      const isUpload = request.method === "PUT" && !request.headers.has("x-passed-on");
      return isUpload ? fault?.(request) : undefined;
    },
  });
  const setFault = (next: Fault | undefined) => {
    fault = next;
  };
  return { rotation, setFault };
}

/** Forwards the upload to the API, without sending the answer to the caller. */
async function passOn(request: Request): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set("x-passed-on", "1");
  const body = await request.arrayBuffer();
  return fetch(request.url, { method: request.method, headers, body });
}

test(
  "a rotation whose upload fails, or whose answer is lost or garbage, loses nothing and can be run again",
  TEST,
  async (t) => {
    const { rotation, setFault } = await startFaulty(t);
    const faults: [string, Fault, number][] = [
      ["fails", () => new Response("{}", BROKEN), 401],
      ["is garbage", () => new Response("<html>canary", { ...BROKEN, status: 502 }), 401],
      [
        "happens, and its answer is lost",
        async (request) => {
          await passOn(request);
          return new Response("{}", BROKEN);
        },
        200,
      ],
    ];
    const before = await rotation.checkout.read("Pulumi.prod.yaml");
    for (const [index, [what, fault, live]] of faults.entries()) {
      const value = `${NEW}-${index}`;
      await rotation.checkout.write("Pulumi.prod.yaml", before);
      setFault(fault);
      const failed = await rotation.rotate(["--yes"], { code: 1, input: value });
      assert.match(failed.output, /Not known to be deployed.\nRun this again/, what);
      assert.doesNotMatch(failed.output, /canary-(old|new)/);
      assert.deepEqual([await rotation.call(OLD), await rotation.call(value)], [200, live], what);
      setFault(undefined);
      await rotation.rotate(["--yes"]);
      assert.deepEqual([await rotation.call(OLD), await rotation.call(value)], [200, 200], what);
    }
  },
);

test(
  "a rotation killed with the engine during the upload can be run again once the lock is removed",
  TEST,
  async (t) => {
    const { rotation, setFault } = await startFaulty(t);
    const events = new EventEmitter();
    setFault(async (request) => {
      await passOn(request);
      events.emit("uploaded");
      await once(events, "killed");
      return new Response("{}", BROKEN);
    });
    const uploaded = once(events, "uploaded");
    const killed = await rotation.start("rotate", ["secrets-demo", "--stack", "prod", "--yes"], {
      input: NEW,
    });
    await uploaded;
    for (const { pid } of await killed.processes()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended because one of the others was killed.
      }
    }
    events.emit("killed");
    await ended(killed);
    setFault(undefined);
    assert.equal(await rotation.call(OLD), 200);
    const killedLock = await rotation.rotate(["--yes"], { code: 1 });
    assert.match(
      killedLock.output,
      /Another update had locked stack prod .*and was killed\. Remove its lock: pulumi cancel --stack prod\nRun this again/,
    );
    // The same lock, as if this process held it.
    const locks = rotation.checkout.file("state/.pulumi/locks/organization/cloudflare-worker-secrets/prod");
    const [name = assert.fail("no lock")] = await fs.readdir(locks);
    const lock = path.join(locks, name);
    const killedOwner = await fs.readFile(lock, "utf8");
    await fs.writeFile(lock, JSON.stringify({ ...(JSON.parse(killedOwner) as object), pid: process.pid }));
    const held = await rotation.rotate(["--yes"], { code: 1 });
    assert.match(
      held.output,
      new RegExp(`locked stack prod \\(process ${process.pid} of .*Wait until it has finished`),
    );
    assert.doesNotMatch(held.output, /pulumi cancel/);
    await rotation.pulumi(["cancel", "--yes", "--stack", "prod"]);
    await rotation.rotate(["--yes"]);
    assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 200]);
  },
);

test("Ctrl-C during the deploy lets the engine stop, and the rotation can be run again", TEST, async (t) => {
  const { rotation, setFault } = await startFaulty(t);
  const interrupted = await new Promise<Command>((resolve, reject) => {
    let command: Command | undefined;
    setFault(async () => {
      command?.ctrlC();
      await command?.prints(/cancel/i);
      return undefined;
    });
    rotation.start("rotate", ["secrets-demo", "--stack", "prod", "--yes"], { input: NEW }).then((started) => {
      command = started;
      resolve(started);
    }, reject);
  });
  const code = await interrupted.exit();
  assert.ok(code === 130 || code === 0, `${code} ${interrupted.output}`);
  setFault(undefined);
  const config = await rotation.config();
  assert.deepEqual([config["secrets-demo"], config["secrets-demo-previous"]], [NEW, OLD]);
  if (code === 130) {
    assert.match(interrupted.output, /Run this again/);
    await rotation.rotate(["--yes"]);
  }
  assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 200]);
});

test("a config that is changed during a rotation is not overwritten", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const file = rotation.checkout.file("Pulumi.prod.yaml");
  const edit = `case "$*" in 'config set'*mark*|*rotation*) grep -q edited '${file}' || echo '# edited' >> '${file}';; esac`;
  const env = await rotation.wrapPulumi(edit);
  const refused = await rotation.rotate(["--yes"], { code: 1, input: NEW, env });
  assert.match(
    refused.output,
    /Pulumi.prod.yaml was changed meanwhile, but not by this command\. Run this again/,
  );
  assert.match(await fs.readFile(file, "utf8"), /# edited\n$/);
  assert.equal((await rotation.config())["secrets-demo"], OLD);
  await rotation.rotate(["--yes"], { input: NEW, env });
  assert.match(await fs.readFile(file, "utf8"), /# edited/);
});
