import { strict as assert } from "node:assert";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { TEST } from "../../support/command";
import { CANARY, shop } from "../../support/fleet";
import { type Broken, startBroken, WORKER } from "../../support/repair";

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
    await broken.drifts("TOKEN");
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

test(
  "after a refresh the state lacks a missing secret: the next deploy is named, which puts it back",
  TEST,
  async (t) => {
    const broken = await startBroken(t);
    await broken.deploys(shop([KEY, TOKEN]));
    await broken.loses("TOKEN");
    const stack = await broken.openStack("prod", () => Promise.resolve(shop([KEY, TOKEN])()));
    await stack.refresh();
    assert.equal(
      await broken.repair(["--yes"], { code: 0 }),
      "shop-prod: as declared\n" +
        "- A deploy did not finish, or a refresh found shop-prod/TOKEN missing. Run: pulumi up --stack prod\n",
    );
    await stack.up();
    assert.deepEqual(await broken.ask(), { KEY: KEY.text, TOKEN: TOKEN.text });
    assert.equal(await broken.repair([], { code: 0 }), "shop-prod: as declared\n");
  },
);
