import { strict as assert } from "node:assert";
import { test } from "node:test";
import { secretLines, startWorld, worker } from "./support/world";

const PUT = "PUT /workers/scripts/script_1 200";

test("a Worker is created with its secrets, answers with them, and a second deploy sends nothing", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const program = worker({ API_KEY: "one", OTHER: "two" });

  const preview = await stack.preview(program);
  assert.deepEqual(secretLines(preview), ["+ worker/API_KEY", "+ worker/OTHER"]);
  assert.deepEqual(world.takeRequests(), []);

  await stack.up(program);
  assert.deepEqual(world.takeRequests(), [PUT]);
  assert.deepEqual(await world.ask(), { API_KEY: "one", OTHER: "two" });

  assert.match(await stack.up(program), /4 unchanged|5 unchanged/);
  assert.deepEqual(world.takeRequests(), []);
});
