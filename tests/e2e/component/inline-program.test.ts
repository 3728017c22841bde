import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { WorkerScript } from "../../../component";
import { startMonitor } from "../../../harness/monitor";
import { runInline } from "../../support/inline-run";
import { ACCOUNT_ID, ECHO, startWorld } from "../../support/world";

function declares(accountId: string) {
  return () => {
    new WorkerScript("worker", { accountId, name: "script_1", content: ECHO });
    return {};
  };
}

// First, because it must run before anything protects the inline programs of this process.
test("in any program of the Automation API, the engine is not told that a refused Worker was removed", async (t) => {
  const monitor = await startMonitor();
  t.after(() => monitor.close());
  assert.equal(await runInline(monitor, () => Promise.resolve(declares(ACCOUNT_ID)())), undefined);
  assert.equal(monitor.takeEnds(), 1);
  assert.match(
    (await runInline(monitor, () => Promise.resolve(declares("x")()))) ?? "",
    /WorkerScript "worker" cannot be deployed as it is declared/,
  );
  assert.equal(monitor.takeEnds(), 0);
});

test("a live Worker that is refused stays live, even if the program exports none of its outputs", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(declares(ACCOUNT_ID));
  world.takeRequests();
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.failing(stack[operation](declares("x")));
    assert.match(output, /- accountId: /);
    assert.doesNotMatch(output, /delet/);
  }
  assert.deepEqual(world.takeRequests(), []);
  assert.deepEqual(await world.ask(), {});
});
