import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type Round, startExample, valueOf, whileAsking } from "../../support/example";

const SHOP = "orders-prod-shop";
const WAREHOUSE = "orders-prod-warehouse";

test(
  "orders: taken, kept and counted while both secrets are rotated and the code changes, then destroyed",
  { timeout: 200_000 },
  async (t) => {
    const example = await startExample(t, "orders", ["order-key", "receipt-key"]);
    await example.up();
    assert.deepEqual(await example.resources(), ["orders-prod-queue", SHOP, "orders-prod-store", WAREHOUSE]);

    const order = (round: Round, body = "Two apples") => {
      const signature = createHmac("sha256", valueOf("order-key", round)).update(body).digest("hex");
      return example.ask(SHOP, "/orders", { method: "POST", headers: { "x-signature": signature }, body });
    };
    /** Orders, waits until the queue has brought the order to the warehouse, and returns the path of its receipt. */
    const orderAndWait = async (round: Round) => {
      const id = await (await order(round)).text();
      for (;;) {
        const receipt = await example.ask(SHOP, `/orders/${id}`);
        if (receipt.status === 200) return `/orders/${id}/${await receipt.text()}`;
        assert.equal(receipt.status, 404);
        t.signal.throwIfAborted();
      }
    };
    const status = async (path: string) => (await example.ask(SHOP, path)).status;

    const early = await orderAndWait("first");
    assert.equal(await status(early), 200);
    assert.equal((await order("second")).status, 401);

    assert.equal(await status("/report"), 404, "the trigger has not fired yet");
    await example.ask(WAREHOUSE, `/cdn-cgi/handler/scheduled?cron=${encodeURIComponent("0 3 * * *")}`);
    const report = await example.ask(SHOP, "/report");
    assert.equal(await report.text(), "Orders: 1, counted by the trigger 0 3 * * *");

    await example.rotate();
    await whileAsking(
      [
        [() => example.ask(SHOP, early), 200],
        [() => order("first"), 202],
      ],
      example.up,
    );
    const late = await orderAndWait("second");
    assert.equal(await status(late), 200);

    await example.finish();
    await example.edit("src/shop/index.ts", "The receipt is good.", "It is good.");
    await whileAsking([[() => example.ask(SHOP, late), 200]], example.up);
    assert.equal(await (await example.ask(SHOP, late)).text(), "It is good.");
    assert.equal(await status(early), 404, "signed with the first key");
    assert.equal((await order("first")).status, 401);

    await example.destroy();
    assert.deepEqual(await example.resources(), []);
  },
);
