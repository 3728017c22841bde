import { strict as assert } from "node:assert";
import { test } from "node:test";
import { type Round, startExample, valueOf, whileAsking } from "../../support/example";

const KEYS = ["write-token", "link-key"];
const WORKER = "notes-prod";

test(
  "notes: written and read while both secrets are rotated and the code changes, then destroyed",
  { timeout: 200_000 },
  async (t) => {
    const example = await startExample(t, "notes", KEYS);
    await example.up();
    assert.deepEqual(await example.resources(), ["notes-prod", WORKER, "notes-prod-cache"]);

    const write = (round: Round, text = "A note") =>
      example.ask(WORKER, "/notes", {
        method: "POST",
        headers: { authorization: `Bearer ${valueOf("write-token", round)}` },
        body: text,
      });
    const linkTo = async (round: Round, text: string) => {
      const answer = await write(round, text);
      assert.equal(answer.status, 201);
      return answer.text();
    };
    const read = async (link: string) => {
      const answer = await example.ask(WORKER, link);
      return [answer.status, answer.headers.get("x-cache"), await answer.text()];
    };
    const early = await linkTo("first", "Early");
    assert.deepEqual(await read(early), [200, "miss", "Early"], "from D1");
    assert.deepEqual(await read(early), [200, "hit", "Early"], "from KV");
    assert.equal((await write("second")).status, 401);

    await example.rotate();
    await whileAsking(
      [
        [() => example.ask(WORKER, early), 200],
        [() => write("first"), 201],
      ],
      example.up,
    );
    const late = await linkTo("second", "Late");
    assert.deepEqual(await read(late), [200, "miss", "Late"]);

    await example.finish();
    await example.edit("src/index.ts", '"miss"', '"no"');
    await whileAsking([[() => example.ask(WORKER, late), 200]], example.up);
    assert.deepEqual(await read(await linkTo("second", "Latest")), [200, "no", "Latest"]);
    assert.equal((await read(early))[0], 404, "signed with the first key");
    assert.equal((await write("first")).status, 401);

    await example.destroy();
    assert.deepEqual(await example.resources(), []);
  },
);
