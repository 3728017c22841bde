import { strict as assert } from "node:assert";
import { test } from "node:test";
import { ACCOUNT_ID, secretLines, startWorld, worker } from "../../support/world";

const LIST = "GET /workers/scripts 200";
const LIVE = "GET /workers/workers/script_1/versions/latest 200";
const SERVING = "GET /workers/scripts/script_1/deployments 200";
const PUT = "PUT /workers/scripts/script_1 200";

test("a Worker is created with its secrets and responds with them, and a second deploy sends nothing", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const program = worker({ API_KEY: "one", OTHER: "two" });

  assert.deepEqual(secretLines(await stack.preview(program)), ["+ worker/API_KEY", "+ worker/OTHER"]);
  assert.deepEqual(world.takeRequests(), [LIST], "a preview only reads");

  await stack.up(program);
  assert.deepEqual(world.takeRequests(), [LIST, PUT, LIVE]);
  assert.deepEqual(await world.ask(), { API_KEY: "one", OTHER: "two" });

  assert.match(await stack.up(program), /6 unchanged/);
  assert.match(await stack.up(worker({ OTHER: "two", API_KEY: "one" })), /6 unchanged/, "reordered");
  assert.deepEqual(world.takeRequests(), []);
});

test("the preview names the one rotated secret of ten, and the Worker gets its new value", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const secrets = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`KEY_${index}`, `v${index}`]));
  await stack.up(worker(secrets));
  world.takeRequests();

  const rotated = worker({ ...secrets, KEY_4: "new" });
  assert.deepEqual(secretLines(await stack.preview(rotated)), ["~ worker/KEY_4"]);
  assert.deepEqual(secretLines(await stack.up(rotated)), ["~ worker/KEY_4"]);
  assert.deepEqual(world.takeRequests(), [LIVE, SERVING, LIVE, SERVING, PUT, LIVE]);
  assert.deepEqual(await world.ask(), { ...secrets, KEY_4: "new" });
});

test("the preview names added and removed secrets, and the removed one is gone from the Worker", async (t) => {
  // Whether the API keeps secrets that an upload does not mention must not matter: the component always says so.
  for (const keepSecrets of [true, false]) {
    const world = await startWorld(t, { keepSecrets });
    const stack = await world.openStack();
    await stack.up(worker({ OLD: "old", SAME: "same" }));

    const changed = worker({ NEW: "new", SAME: "same" });
    assert.deepEqual(secretLines(await stack.preview(changed)), ["+ worker/NEW", "- worker/OLD"]);
    await stack.up(changed);
    assert.deepEqual(await world.ask(), { NEW: "new", SAME: "same" });

    await stack.up(worker({}));
    assert.deepEqual(await world.ask(), {}, "even the last secret is removed");
  }
});

test("if the API keeps secrets that an empty list does not name, a removed one fails the deploy and is told how to end", async (t) => {
  const world = await startWorld(t, { emptyListKeepsSecrets: true });
  const stack = await world.openStack();
  await stack.up(worker({ OLD: "old", SAME: "same" }));
  const output = await stack.failing(stack.up(worker({ SAME: "same" })));
  assert.match(output, /- OLD: the Worker still has it, and accepts its value\./);
  assert.match(output, /npx wrangler secret delete OLD --name script_1/);
});

test("a secret that is managed elsewhere is kept, and the stack never gets its value", async (t) => {
  const readings = [{ keepSecrets: true }, { keepSecrets: false }, { emptyListKeepsSecrets: true }];
  for (const reading of readings) {
    const world = await startWorld(t, reading);
    const stack = await world.openStack();
    await stack.up(worker({ API_KEY: "one" }));
    await world.send("PUT", "/workers/scripts/script_1/secrets", {
      name: "VAULTED",
      text: "from the vault",
      type: "secret_text",
    });

    const program = worker({ API_KEY: "two" }, { inheritedSecrets: ["VAULTED"] });
    assert.deepEqual(secretLines(await stack.up(program)), ["~ worker/API_KEY"]);
    assert.deepEqual(await world.ask(), { API_KEY: "two", VAULTED: "from the vault" });
    assert.match(await stack.up(program), /5 unchanged/);
    assert.doesNotMatch(JSON.stringify(await stack.stack.exportStack()), /from the vault/);
  }
});

test("a service worker has its bindings as globals and its settings as declared", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const content = `addEventListener("fetch", (event) => event.respondWith(Response.json({ API_KEY, LEVEL, ZONE })));`;
  const program = worker(
    { API_KEY: "one" },
    {
      content,
      module: false,
      plainTextBindings: [{ name: "LEVEL", text: "info" }],
      bindings: [{ type: "plain_text", name: "ZONE", text: "eu" }],
      compatibilityDate: "2024-06-01",
      compatibilityFlags: ["nodejs_compat"],
    },
  );
  await stack.up(program);
  assert.deepEqual(await world.ask(), { API_KEY: "one", LEVEL: "info", ZONE: "eu" });
  assert.match(await stack.up(program), /5 unchanged/);
  const { result } = await world.send("GET", "/workers/scripts/script_1/settings");
  const { compatibility_date, compatibility_flags } = result as Record<string, unknown>;
  assert.deepEqual(
    { compatibility_date, compatibility_flags },
    {
      compatibility_date: "2024-06-01",
      compatibility_flags: ["nodejs_compat"],
    },
  );
});

test("the workers.dev route and its URL are switched on and off", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const route = async () =>
    (await world.send("GET", "/workers/scripts/script_1/subdomain")).result as Record<string, boolean>;

  await stack.up(worker({}, { workersDev: true, workersDevSubdomain: "my-team" }));
  assert.deepEqual(await route(), { enabled: true, previews_enabled: false });
  assert.equal((await stack.stack.outputs()).url?.value, "https://script_1.my-team.workers.dev");

  await stack.up(worker({}, { workersDev: false, workersDevSubdomain: "my-team" }));
  assert.deepEqual(await route(), { enabled: false, previews_enabled: false });
  assert.equal((await stack.stack.outputs()).url?.value, null);
});

test("destroy removes the Worker with its secrets and leaves nothing in the account", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }, { workersDev: true }));
  await stack.destroy();
  assert.equal(world.cloudflare.workerUrl(ACCOUNT_ID, "script_1"), undefined);
  assert.deepEqual((await world.send("GET", "/workers/scripts")).result, []);
});

test("a renamed Worker is created before the old one is deleted", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }));
  world.takeRequests();
  await stack.up(worker({ API_KEY: "one" }, { name: "script_2" }));
  assert.deepEqual(world.takeRequests(), [
    LIST,
    "PUT /workers/scripts/script_2 200",
    "GET /workers/workers/script_2/versions/latest 200",
    "DELETE /workers/scripts/script_1 200",
  ]);
  assert.deepEqual(await world.ask("script_2"), { API_KEY: "one" });
});
