import assert from "node:assert/strict";
import { test } from "node:test";
import { ECHO, refusal, secret, start } from "../../support/api";

const text = (name: string, value: string) => ({ name, type: "plain_text", text: value });
const many = (count: number) => Array.from({ length: count }, (_, at) => text(`V${at}`, "v"));

test("uploads at the limits are accepted", async (t) => {
  const subject = await start(t);
  await subject.upload("0-_a".padEnd(255, "x"));
  await subject.upload("w", { bindings: many(128) });
  // The limit of 5 KB counts bytes; this letter has two.
  await subject.upload("w", {
    bindings: [text("$_ü1", "ö".repeat(2560)), { name: "J", type: "json", json: { a: [1] } }],
  });
  assert.deepEqual(await subject.env("w"), { $_ü1: "ö".repeat(2560), J: { a: [1] } });
});

test("a request that exceeds a limit or is malformed gets Cloudflare's error code and changes nothing", async (t) => {
  const subject = await start(t);
  await subject.upload("w", { bindings: [text("BEFORE", "1")] });
  const over = "x".repeat(5121);
  const upload = (metadata: object, source?: string) => subject.upload("w", { ...metadata }, source);
  const raw = (body: string | FormData) => subject.send("PUT", "workers/scripts/w", body);
  const noMetadata = new FormData();
  noMetadata.set("script.js", new File([ECHO], "script.js"));
  const cases: [number, number, () => Promise<unknown>][] = [
    [10055, 400, () => upload({ bindings: many(129) })],
    [10055, 400, () => upload({ keep_bindings: ["plain_text"], bindings: many(128) })],
    [10054, 400, () => upload({ bindings: [secret("S", over)] })],
    [10054, 400, () => upload({ bindings: [text("V", over)] })],
    [10054, 400, () => upload({ bindings: [text("V", "ö".repeat(2561))] })],
    [10054, 400, () => upload({ bindings: [{ name: "J", type: "json", json: [over] }] })],
    [10054, 400, () => subject.send("PUT", "workers/scripts/w/secrets", JSON.stringify(secret("S", over)))],
    [10027, 413, () => upload({}, `${ECHO}//${"x".repeat(10 * 1024 * 1024)}`)],
    [10016, 400, () => subject.upload("Upper")],
    [10016, 400, () => subject.upload("-dash")],
    [10016, 400, () => subject.upload("x".repeat(256))],
    [10021, 400, () => upload({ bindings: [text("A", "1"), text("A", "2")] })],
    [10021, 400, () => upload({ bindings: [text("not-a-name", "1")] })],
    [10021, 400, () => upload({ bindings: [{ name: "S", type: "secret_text" }] })],
    [10021, 400, () => upload({ bindings: [{ name: "S" }] })],
    [10021, 400, () => upload({ bindings: [{ name: "J", type: "json" }] })],
    [10021, 400, () => upload({ bindings: [secret("__proto__")] })],
    [10021, 400, () => subject.send("PUT", "workers/scripts/w/secrets", JSON.stringify(text("V", "v")))],
    [10021, 400, () => upload({ compatibility_date: "2099-01-01" })],
    [10021, 400, () => upload({ main_module: "other.js" })],
    [10021, 400, () => upload({ compatibility_date: "yesterday" })],
    [10021, 400, () => upload({ compatibility_flags: ["no_such_flag"] })],
    [10068, 400, () => upload({}, "export default {}")],
    [10021, 400, () => raw(noMetadata)],
    [10021, 400, () => subject.send("PUT", "workers/scripts/w/secrets", JSON.stringify({ text: "x" }))],
    [10002, 400, () => raw("not a form")],
    [10002, 400, () => subject.send("PUT", "workers/scripts/w/secrets", "{")],
  ];
  for (const [code, status, request] of cases) {
    const refused = await refusal(request());
    assert.deepEqual([refused.code, refused.status], [code, status], request.toString());
  }
  assert.deepEqual(await subject.env("w"), { BEFORE: "1" });
  assert.equal(
    (await subject.client.workers.scripts.list({ account_id: subject.accountId })).result.length,
    1,
  );
});
