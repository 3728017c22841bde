import { strict as assert } from "node:assert";
import { test } from "node:test";
import { TEST } from "../../support/command";
import { CANARY, shop } from "../../support/fleet";
import { startBroken, WORKER } from "../../support/repair";

const EDIT = `PATCH /workers/scripts/${WORKER}/secrets-bulk 200`;
const KEY = { name: "KEY", text: `${CANARY} key` };
const TOKEN = { name: "TOKEN", text: `${CANARY} token` };
const OLD = { name: "OLD", text: `${CANARY} old` };

test(
  "if Cloudflare keeps a removed secret, it is removed, and the next deploy is content",
  TEST,
  async (t) => {
    const broken = await startBroken(t, { emptyListKeepsSecrets: true });
    assert.ok(await broken.deploys(shop([KEY, OLD])));
    assert.ok(!(await broken.deploys(shop([KEY]))));
    assert.deepEqual(await broken.ask(), { KEY: KEY.text, OLD: OLD.text });

    const output = await broken.repair(["--yes"], { code: 0 });
    assert.match(output, /^shop-prod {2}OLD {2}live, and not declared: to be removed\n/);
    assert.match(output, /\nshop-prod: as declared\n/);
    assert.deepEqual(broken.takeEdits(), [EDIT]);
    assert.deepEqual(await broken.ask(), { KEY: KEY.text });
    assert.ok(await broken.deploys(shop([KEY])));
    assert.equal(await broken.repair([], { code: 0 }), "shop-prod: as declared\n");
  },
);

test("if Cloudflare does not keep a removed secret, there is nothing to do", TEST, async (t) => {
  const broken = await startBroken(t, { emptyListKeepsSecrets: false });
  await broken.deploys(shop([KEY, OLD]));
  assert.ok(await broken.deploys(shop([KEY])));
  assert.equal(await broken.repair([], { code: 0 }), "shop-prod: as declared\n");
  assert.deepEqual(broken.takeEdits(), []);
});

test(
  "secrets are removed and put back in one request, with their values, and twice changes nothing",
  TEST,
  async (t) => {
    const broken = await startBroken(t);
    await broken.deploys(shop([KEY, TOKEN]));
    await broken.send("DELETE", `/workers/scripts/${WORKER}/secrets/TOKEN`);
    await broken.putByHand(WORKER, "BY_HAND");
    assert.deepEqual(await broken.ask(), { KEY: KEY.text, BY_HAND: `${CANARY} by hand` });

    const plan = [
      "shop-prod  BY_HAND  live, and not declared: to be removed\n",
      "shop-prod  TOKEN    declared, and not live: to be put back\n",
    ].join("");
    const dry = await broken.repair([], { code: 1 });
    assert.equal(
      dry,
      `${plan}Dry run: nothing was changed, because there is no terminal to ask on. To do it: npm run repair -- --stack prod --yes\n`,
    );
    assert.deepEqual(broken.takeEdits(), []);
    assert.deepEqual(await broken.ask(), { KEY: KEY.text, BY_HAND: `${CANARY} by hand` });

    assert.equal(await broken.repair(["--yes"], { code: 0 }), `${plan}shop-prod: as declared\n`);
    assert.deepEqual(broken.takeEdits(), [EDIT]);
    assert.deepEqual(await broken.ask(), { KEY: KEY.text, TOKEN: TOKEN.text });
    assert.equal(await broken.repair(["--yes"], { code: 0 }), "shop-prod: as declared\n");
    assert.deepEqual(broken.takeEdits(), []);
    assert.ok(await broken.deploys(shop([KEY, TOKEN])));
    assert.deepEqual(broken.takeEdits(), [], "the state was true all along");
  },
);
