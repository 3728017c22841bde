import { strict as assert } from "node:assert";
import { test } from "node:test";
import { type Round, startExample, valueOf, whileAsking } from "../../support/example";

const WORKER = "checksums-prod";
const FILE = "/file.txt";

test(
  "checksums: kept and listed while both secrets are rotated and the code changes, then destroyed",
  { timeout: 200_000 },
  async (t) => {
    const example = await startExample(t, "checksums", ["write-token", "read-token"]);
    await example.up();
    assert.deepEqual(await example.resources(), [WORKER]);

    const call = (method: "GET" | "PUT", round: Round, body?: Uint8Array) =>
      example.ask(WORKER, FILE, {
        method,
        headers: {
          authorization: `Bearer ${valueOf(method === "GET" ? "read-token" : "write-token", round)}`,
        },
        ...(body && { body }),
      });
    const answer = async (response: Promise<Response>): Promise<unknown> => (await response).json();

    // The check value of CRC-32, and content that is larger than the module's memory.
    const first = { number: 1, size: 9, crc32: "cbf43926" };
    const large = { number: 2, size: 100_000, crc32: "d411957d" };
    const CONTENT = Buffer.from("123456789");
    assert.deepEqual(await answer(call("PUT", "first", CONTENT)), first);
    assert.deepEqual(await answer(call("PUT", "first", Buffer.alloc(100_000))), large);
    assert.deepEqual(await answer(call("GET", "first")), [first, large]);
    assert.deepEqual(
      [(await call("PUT", "second")).status, (await call("GET", "second")).status],
      [401, 401],
    );

    await example.rotate();
    await whileAsking(
      [
        [() => call("GET", "first"), 200],
        [() => call("PUT", "first", Buffer.alloc(100_000)), 200],
      ],
      example.up,
    );
    const third = { ...first, number: 3 };
    assert.deepEqual(await answer(call("PUT", "second", CONTENT)), third);
    assert.deepEqual(await answer(call("GET", "second")), [first, large, third]);

    await example.finish();
    await example.edit("src/history.ts", 'number")', 'number DESC")');
    await whileAsking([[() => call("GET", "second"), 200]], example.up);
    assert.deepEqual(await answer(call("GET", "second")), [third, large, first]);
    assert.deepEqual([(await call("PUT", "first")).status, (await call("GET", "first")).status], [401, 401]);

    await example.destroy();
    assert.deepEqual(await example.resources(), []);
  },
);
