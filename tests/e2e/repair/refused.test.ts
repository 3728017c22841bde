import { strict as assert } from "node:assert";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { TEST } from "../../support/command";
import { CANARY, shop } from "../../support/fleet";
import { type Broken, startBroken, WORKER } from "../../support/repair";
import { ACCOUNT_ID } from "../../support/world";

const KEY = { name: "KEY", text: `${CANARY} key` };
const TOKEN = { name: "TOKEN", text: `${CANARY} token` };
const EDIT = `PATCH /workers/scripts/${WORKER}/secrets-bulk 200`;
const DEPLOY = /To deploy one version: npx wrangler versions deploy --name shop-prod\n/;

/** The ids of the Worker's versions, the newest first. */
async function versionsOf(broken: Broken): Promise<string[]> {
  const { items } = (await broken.send("GET", `/workers/scripts/${WORKER}/versions`)) as {
    items: { id: string }[];
  };
  return items.map(({ id }) => id);
}

function deployVersions(broken: Broken, ...ids: (string | undefined)[]): Promise<unknown> {
  return broken.send("POST", `/workers/scripts/${WORKER}/deployments?force=true`, {
    strategy: "percentage",
    versions: ids.map((version_id) => ({ version_id, percentage: 100 / ids.length })),
  });
}

/** Uploads a version with one more secret, as `wrangler versions secret put` does, without deploying it. */
function stage(broken: Broken, name: string): Promise<unknown> {
  const env = { [name]: { type: "secret_text", text: `${CANARY} staged` } };
  return broken.send("PATCH", `/workers/workers/${WORKER}/versions/latest`, { env });
}

test(
  "a latest version that does not serve is said; what serves counts, and is not edited until it is the latest",
  TEST,
  async (t) => {
    const broken = await startBroken(t);
    await broken.deploys(shop([KEY, TOKEN]));
    await stage(broken, "STAGED");
    const calm = await broken.repair(["--yes"], { code: 0 });
    assert.match(
      calm,
      /^shop-prod: as declared\. Cloudflare refuses to edit its secrets, because version \w{8} serves, /,
    );
    assert.match(calm, DEPLOY);

    await broken.send("DELETE", `/workers/scripts/${WORKER}`);
    await broken.deploys(shop([KEY]));
    await broken.putByHand(WORKER, "BY_HAND");
    await stage(broken, "STAGED");
    const refused = await broken.repair(["--yes"], { code: 1 });
    assert.match(refused, /^shop-prod {2}BY_HAND {2}live, and not declared\nshop-prod: Cloudflare refuses /);
    assert.match(refused, DEPLOY);
    assert.doesNotMatch(refused, /STAGED/);
    assert.deepEqual(broken.takeEdits(), []);

    await deployVersions(broken, (await versionsOf(broken))[0]);
    assert.match(await broken.repair(["--yes"], { code: 0 }), /STAGED {3}live[^]*\nshop-prod: as declared\n/);
    assert.deepEqual(broken.takeEdits(), [EDIT]);
    assert.deepEqual(await broken.ask(), { KEY: KEY.text });
  },
);

test(
  "of several versions that share the traffic, a name in one is live, and one lacking is missing",
  TEST,
  async (t) => {
    const broken = await startBroken(t);
    await broken.deploys(shop([KEY, TOKEN]));
    await broken.send("DELETE", `/workers/scripts/${WORKER}/secrets/TOKEN`);
    await broken.putByHand(WORKER, "BY_HAND");
    const [withByHand, , withToken] = await versionsOf(broken);
    await deployVersions(broken, withByHand, withToken);
    const output = await broken.repair(["--yes"], { code: 1 });
    assert.match(
      output,
      /^shop-prod {2}BY_HAND {2}live, and not declared\nshop-prod {2}TOKEN {4}declared, and not live\nshop-prod: Cloudflare refuses to edit its secrets, because versions \w{8} and \w{8} share the traffic/,
    );
    assert.match(output, DEPLOY);
    assert.deepEqual(broken.takeEdits(), []);
  },
);

test("a Worker that an update is changing is not compared", TEST, async (t) => {
  const upload = new EventEmitter();
  let isHeld = false;
  const broken = await startBroken(t, {
    intercept: async ({ method, url }) => {
      if (!isHeld || method !== "PUT" || !url.endsWith(`/scripts/${WORKER}`)) return undefined;
      upload.emit("arrived");
      await once(upload, "released");
      return undefined;
    },
  });
  await broken.deploys(shop([KEY]));
  isHeld = true;
  const arrived = once(upload, "arrived");
  const deploy = broken.deploys(shop([KEY, TOKEN]));
  await arrived;
  const output = await broken.repair(["--yes"], { code: 1 });
  assert.match(
    output,
    /^shop-prod: an update is changing it, or was killed while it did\. .*: pulumi up --stack prod\n$/,
  );
  upload.emit("released");
  assert.ok(await deploy);
  assert.equal(await broken.repair([], { code: 0 }), "shop-prod: as declared\n");
});

test("other bindings are named with what changes them, and stay as they are", TEST, async (t) => {
  const broken = await startBroken(t);
  const { id } = (await broken.send("POST", "/storage/kv/namespaces", { title: "cache" })) as { id: string };
  const program = (workersMessage: string) =>
    shop([KEY], {
      annotations: { workersMessage },
      plainTextBindings: [{ name: "MODE", text: "the mode" }],
      bindings: [{ name: "CACHE", type: "kv_namespace", namespaceId: id }],
      undeclaredSecrets: "warn",
    });
  await broken.deploys(program("first"));
  // As the dashboard does it: all bindings that stay, and a new one.
  const form = new FormData();
  const bindings = [
    { name: "KEY", type: "inherit" },
    { name: "MODE", type: "secret_text", text: `${CANARY} mode` },
    { name: "ADDED", type: "plain_text", text: "added" },
  ];
  form.set("settings", new Blob([JSON.stringify({ bindings })], { type: "application/json" }));
  const { baseUrl, apiToken } = broken.cloudflare;
  const headers = { authorization: `Bearer ${apiToken}` };
  const settings = `${baseUrl}/accounts/${ACCOUNT_ID}/workers/scripts/${WORKER}/settings`;
  assert.ok((await fetch(settings, { method: "PATCH", headers, body: form })).ok);
  broken.takeRequests();

  const named = await broken.repair(["--yes"], { code: 1 });
  const differences = [
    "shop-prod  ADDED  live as plain_text, and not declared\n",
    "shop-prod  CACHE  declared as kv_namespace, and not live\n",
    "shop-prod  MODE   declared as plain_text, and live as secret_text\n",
  ].join("");
  assert.ok(named.startsWith(differences), named);
  assert.match(
    named,
    /\n- An edit of secrets cannot change shop-prod\/ADDED, shop-prod\/CACHE, shop-prod\/MODE\. The next upload does: .*: pulumi up --stack prod\n$/,
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
