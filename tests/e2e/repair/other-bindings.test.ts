import { strict as assert } from "node:assert";
import { test } from "node:test";
import { TEST } from "../../support/command";
import { CANARY, shop } from "../../support/fleet";
import { type Broken, startBroken, WORKER } from "../../support/repair";
import { ACCOUNT_ID } from "../../support/world";

const KEY = { name: "KEY", text: `${CANARY} key` };

/** Sets all bindings of the Worker, as the dashboard does. */
async function putBindings(broken: Broken, bindings: readonly object[]): Promise<void> {
  const { baseUrl, apiToken } = broken.cloudflare;
  const form = new FormData();
  form.set("settings", new Blob([JSON.stringify({ bindings })], { type: "application/json" }));
  const settings = `${baseUrl}/accounts/${ACCOUNT_ID}/workers/scripts/${WORKER}/settings`;
  const headers = { authorization: `Bearer ${apiToken}` };
  assert.ok((await fetch(settings, { method: "PATCH", headers, body: form })).ok);
  broken.takeRequests();
}

test("other bindings are named with what changes them, and stay as they are", TEST, async (t) => {
  const broken = await startBroken(t);
  const { id } = (await broken.send("POST", "/storage/kv/namespaces", { title: "cache" })) as { id: string };
  const program = (workersMessage: string) =>
    shop([KEY], {
      annotations: { workersMessage },
      plainTextBindings: [{ name: "MODE", text: "the mode" }],
      bindings: [{ name: "CACHE", type: "kv_namespace", namespaceId: id }],
      undeclaredSecrets: "warn",
      undeclaredVariables: "warn",
    });
  await broken.deploys(program("first"));
  await putBindings(broken, [
    { name: "KEY", type: "inherit" },
    { name: "MODE", type: "secret_text", text: `${CANARY} mode` },
    { name: "ADDED", type: "plain_text", text: "added" },
  ]);

  const named = await broken.repair(["--yes"], { code: 1 });
  const differences = [
    "shop-prod  ADDED  live as plain_text, and not declared\n",
    "shop-prod  CACHE  declared as kv_namespace, and not live\n",
    "shop-prod  MODE   declared as plain_text, and live as secret_text\n",
  ].join("");
  assert.ok(named.startsWith(differences), named);
  assert.match(
    named,
    /\n- An edit of secrets cannot change shop-prod\/ADDED, shop-prod\/CACHE, shop-prod\/MODE\. The next upload does.*: pulumi up --stack prod\n$/,
  );
  assert.deepEqual(broken.takeEdits(), []);

  // The remedy is true: a refresh sees nothing of it, and an upload changes it.
  const stack = await broken.openStack("prod", () => Promise.resolve(program("first")()));
  await stack.refresh();
  await stack.up();
  assert.equal(await broken.repair(["--yes"], { code: 1 }), named);
  assert.ok(await broken.deploys(program("second")));
  assert.equal(await broken.repair([], { code: 0 }), "shop-prod: as declared\n");
});

test(
  "a variable in the place of a secret is named, and a deploy with a refresh makes it a secret",
  TEST,
  async (t) => {
    const broken = await startBroken(t);
    await broken.deploys(shop([KEY]));
    await putBindings(broken, [{ name: "KEY", type: "plain_text", text: "in clear" }]);
    const output = await broken.repair(["--yes"], { code: 1 });
    assert.match(output, /^shop-prod {2}KEY {2}declared as secret_text, and live as plain_text\n/);
    assert.match(output, /: pulumi up --refresh --stack prod\n$/);
    assert.deepEqual(broken.takeEdits(), []);
    const program = shop([KEY], { undeclaredVariables: "warn" });
    const stack = await broken.openStack("prod", () => Promise.resolve(program()));
    await stack.up({ refresh: true });
    assert.deepEqual(await broken.ask(), { KEY: KEY.text });
    assert.equal(await broken.repair([], { code: 0 }), "shop-prod: as declared\n");
  },
);
