import { strict as assert } from "node:assert";
import { test } from "node:test";
import { ACCOUNT_ID, secretLines, startWorld, type World, worker } from "./support/world";
import { wrangler } from "./support/wrangler";

async function putByHand(world: World, name: string, value: string): Promise<void> {
  const args = ["secret", "put", name, "--name", "script_1"];
  const { code, output } = await wrangler(world.cloudflare, ACCOUNT_ID, args, { stdin: value });
  assert.equal(code, 0, output);
}

const LIST = "GET /workers/scripts 200";
const LIVE = "GET /workers/workers/script_1/versions/latest 200";
const PUT = "PUT /workers/scripts/script_1 200";

test("a secret that somebody put by hand stops the next change, in preview too, and shows both ways on", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }));
  await putByHand(world, "BY_HAND", "canary-by-hand");

  assert.match(await stack.up(worker({ API_KEY: "one" })), /4 unchanged/, "no change, no danger");
  world.takeRequests();
  const change = { API_KEY: "two" };
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.failing(stack[operation](worker(change)));
    assert.match(output, /does not declare, and a deploy removes it: BY_HAND \(secret_text\)/);
    assert.match(output, /inheritedSecrets: \["BY_HAND"\]/);
    assert.match(output, /undeclaredSecrets: "delete"/);
    assert.doesNotMatch(output, /canary/);
  }
  assert.deepEqual(world.takeRequests(), [LIST, LIVE, LIST, LIVE]);
  assert.deepEqual(await world.ask(), { API_KEY: "one", BY_HAND: "canary-by-hand" });

  await stack.up(worker(change, { inheritedSecrets: ["BY_HAND"] }));
  assert.deepEqual(world.takeRequests(), [LIST, LIVE, PUT]);
  assert.deepEqual(await world.ask(), { API_KEY: "two", BY_HAND: "canary-by-hand" });
});

test("undeclaredSecrets warns or is quiet, and the secret is removed", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }));
  await putByHand(world, "BY_HAND", "x");
  assert.match(
    await stack.preview(worker({ API_KEY: "two" }, { undeclaredSecrets: "warn" })),
    /warning: .*BY_HAND/,
  );
  const output = await stack.up(worker({ API_KEY: "two" }, { undeclaredSecrets: "delete" }));
  assert.doesNotMatch(output, /BY_HAND/);
  assert.deepEqual(await world.ask(), { API_KEY: "two" });
});

test("a secret that this stack declared before is an ordinary removal", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one", OLD: "two" }));
  assert.deepEqual(secretLines(await stack.up(worker({ API_KEY: "one" }))), ["- worker/OLD"]);
  assert.deepEqual(await world.ask(), { API_KEY: "one" });
});

test("an inherited secret that is not live is an error at preview, for a new Worker too", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const program = worker({ API_KEY: "one" }, { inheritedSecrets: ["NOT_THERE", "NOR_THIS"] });
  const expected = /inheritedSecrets: NOR_THIS, NOT_THERE are not on the Worker "script_1"/;
  assert.match(await stack.failing(stack.preview(program)), expected);
  await stack.up(worker({ API_KEY: "one" }));
  assert.match(await stack.failing(stack.preview(program)), expected);
});

test("a Worker that somebody else made is not overwritten, and is taken over when that is asked for", async (t) => {
  const world = await startWorld(t);
  await (await world.openStack("other")).up(worker({ API_KEY: "theirs", KEPT: "kept" }));
  const stack = await world.openStack("mine");
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.failing(stack[operation](worker({ API_KEY: "mine" })));
    assert.match(output, /A Worker "script_1" is live in this account, and this stack did not create it/);
    assert.match(output, /takeOver: true/);
    assert.match(output, new RegExp(`import: "${ACCOUNT_ID}/script_1"`));
  }
  assert.deepEqual(await world.ask(), { API_KEY: "theirs", KEPT: "kept" });

  const output = await stack.failing(stack.preview(worker({ API_KEY: "mine" }, { takeOver: true })));
  assert.match(output, /removes it: KEPT \(secret_text\)/);
  const program = worker({ API_KEY: "mine" }, { takeOver: true, inheritedSecrets: ["KEPT"] });
  await stack.up(program);
  assert.deepEqual(await world.ask(), { API_KEY: "mine", KEPT: "kept" });
  assert.match(await stack.up(program), /4 unchanged/);
});

test("a token that may not read does not stop a deploy, and the deploy says that nobody has looked", async (t) => {
  let blind = false;
  const world = await startWorld(t, {
    intercept: (request) =>
      blind && request.method === "GET"
        ? Response.json(
            {
              success: false,
              errors: [{ code: 10000, message: "Authentication error" }],
              messages: [],
              result: null,
            },
            { status: 403 },
          )
        : undefined,
  });
  const stack = await world.openStack();
  blind = true;
  assert.match(await stack.up(worker({ API_KEY: "one" })), /could not be read/);
  assert.match(await stack.up(worker({ API_KEY: "two" })), /warning: .*could not be read/);
  assert.deepEqual(await world.ask(), { API_KEY: "two" });
});

test("a secret that was removed by hand comes back with the next change, and the preview says why", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one", OTHER: "two" }));
  await world.send("DELETE", "/workers/scripts/script_1/secrets/OTHER");
  assert.match(
    await stack.preview(worker({ API_KEY: "new", OTHER: "two" })),
    /OTHER is removed from the Worker "script_1" by other means; a deploy puts it back/,
  );
  await stack.refresh();
  await stack.up(worker({ API_KEY: "one", OTHER: "two" }));
  assert.deepEqual(await world.ask(), { API_KEY: "one", OTHER: "two" });
});

test("a Worker that was deleted by hand comes back with the next change, without a refresh", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }));
  await world.send("DELETE", "/workers/scripts/script_1");
  const output = await stack.up(worker({ API_KEY: "two" }));
  assert.match(output, /API_KEY is removed from the Worker "script_1" by other means/);
  assert.deepEqual(await world.ask(), { API_KEY: "two" });
});
