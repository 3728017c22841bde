import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import { test } from "node:test";
import * as cloudflare from "@pulumi/cloudflare";
import { WorkerScript } from "../../../component";
import { TEST } from "../../support/command";
import { CANARY, shop } from "../../support/fleet";
import { startBroken, WORKER } from "../../support/repair";
import { ACCOUNT_ID, ECHO } from "../../support/world";

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

    const output = await broken.repair([WORKER, "--yes"], { code: 0 });
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
    await broken.drifts("TOKEN");
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

test(
  "only the named Worker is edited, and no secret that a program without WorkerScript leaves to Cloudflare",
  TEST,
  async (t) => {
    const broken = await startBroken(t);
    const args = { accountId: ACCOUNT_ID, content: ECHO };
    await broken.deploys(() => {
      new WorkerScript("one", { ...args, name: "shop-one", secretTextBindings: [KEY] });
      new WorkerScript("two", { ...args, name: "shop-two", secretTextBindings: [KEY] });
      const bindings = [{ type: "secret_text", ...TOKEN }];
      new cloudflare.WorkersScript("bare", { ...args, scriptName: "bare", mainModule: "x.js", bindings });
      return {};
    });
    for (const script of ["shop-one", "shop-two", "bare"]) await broken.putByHand(script, "BY_HAND");
    await broken.send("DELETE", "/workers/scripts/bare/secrets/TOKEN");

    // By the name of its resource; the others are not looked at.
    assert.match(
      await broken.repair(["two", "--yes"], { code: 0 }),
      /^shop-two {2}BY_HAND [^]*\nshop-two: as declared\n$/,
    );
    assert.ok(broken.takeRequests().every((request) => request.includes("/shop-two/")));
    const byHand = { BY_HAND: `${CANARY} by hand` };
    assert.deepEqual(
      [await broken.ask("shop-one"), await broken.ask("shop-two")],
      [{ KEY: KEY.text, ...byHand }, { KEY: KEY.text }],
    );

    const all = await broken.repair(["--yes"], { code: 0 });
    assert.match(
      all,
      /^bare {6}TOKEN {4}declared, [^]*\nshop-one {2}BY_HAND {2}live, [^]*\nshop-two: as declared\n/,
    );
    assert.deepEqual(await broken.ask("bare"), { TOKEN: TOKEN.text, ...byHand });
    assert.deepEqual(await broken.ask("shop-one"), { KEY: KEY.text });
  },
);
