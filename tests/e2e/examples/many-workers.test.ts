import { strict as assert } from "node:assert";
import { test } from "node:test";
import { type Round, startExample, valueOf } from "../../support/example";

const KEYS = ["cart-token", "partner-token", "payment-token", "search-token"];
const WORKERS = ["shop-prod-cart", "shop-prod-checkout", "shop-prod-search"];

test(
  "many-workers: each Worker has the secrets that the list gives it, also while they are rotated",
  { timeout: 200_000 },
  async (t) => {
    const example = await startExample(t, "many-workers", KEYS);
    await example.up();
    assert.deepEqual(await example.resources(), WORKERS);

    /** The Workers that answer callers with this token. */
    const open = async (key: string, round: Round) => {
      const headers = { authorization: `Bearer ${valueOf(key, round)}` };
      const answers = await Promise.all(WORKERS.map((worker) => example.ask(worker, "/", { headers })));
      return WORKERS.filter((_, index) => answers[index]?.status === 200);
    };
    const [cart, checkout, search] = WORKERS;
    const expected = [[cart], [cart, checkout], [checkout], [search]];
    const opened = (round: Round) => Promise.all(KEYS.map((key) => open(key, round)));
    assert.deepEqual(await opened("first"), expected);

    await example.rotate();
    await example.up();
    assert.deepEqual(await opened("first"), expected, "callers with the previous values");
    assert.deepEqual(await opened("second"), expected);
  },
);
