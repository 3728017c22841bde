import assert from "node:assert/strict";
import test from "node:test";
import { CANARY, kvBinding, runtimes, secret, start } from "../../support/api";

const OPTIONS = { timeout: 60_000 };

const counting = (word: string) => `export default { async fetch(_, { CACHE, S }) {
  const count = Number(await CACHE?.get("count")) + 1;
  await CACHE?.put("count", String(count));
  return new Response("${word} " + count + " " + typeof S);
} };`;

for (const kind of ["alone", "with shared data"] as const) {
  test(`a Worker ${kind} answers with tried code until it is deployed or taken back`, OPTIONS, async (t) => {
    const subject = await start(t);
    const { cloudflare, accountId } = subject;
    const kv = kind === "alone" ? [] : [await kvBinding(subject)];
    const deploy = (word: string) => subject.upload("w", { bindings: [...kv, secret("S")] }, counting(word));
    const attempt = (content: string) => cloudflare.tryCode(accountId, "w", { content });
    const answer = async () => (await subject.ask("w")).replace(/\d+|NaN/, "N");
    await deploy("deployed");
    const before = runtimes().length;
    assert.equal(await answer(), "deployed N string");

    assert.equal(await attempt(counting("tried")), undefined);
    assert.equal(await answer(), "tried N string");
    // Nothing of it can be seen in the API.
    const { result } = (await (await subject.send("GET", "workers/scripts/w/versions")).json()) as {
      result: { items: unknown[] };
    };
    assert.equal(result.items.length, 1);
    assert.match(await (await subject.send("GET", "workers/scripts/w")).text(), /"deployed "/);

    assert.match((await attempt("export default {")) ?? "", /SyntaxError: Unexpected end of input/);
    assert.match(
      (await attempt(`throw new Error(${JSON.stringify(`${CANARY} S`)})`)) ?? "",
      /Error: \[secret\]/,
    );
    assert.equal(await answer(), "tried N string");
    await cloudflare.stopTrying(accountId, "w");
    assert.equal(await answer(), "deployed N string");

    await attempt(counting("tried"));
    await deploy("deployed again");
    assert.equal(await answer(), "deployed again N string");
    // If the process dies, what is deployed runs again.
    for (const pid of runtimes()) process.kill(Number(pid), "SIGKILL");
    for (let text = ""; text !== "deployed again N string";) text = await answer().catch(() => "");
    await cloudflare.stopTrying(accountId, "w");
    assert.equal(await answer(), "deployed again N string");
    if (kind !== "alone") assert.equal((await subject.ask("w")).split(" ")[2], "8", "the data was lost");
    while (runtimes().length > before) await new Promise(setImmediate);
  });
}

test(
  "a Worker that begins to call one with tried code calls the tried code, and then the deployed one",
  OPTIONS,
  async (t) => {
    const subject = await start(t);
    const { cloudflare, accountId } = subject;
    const answers = (word: string) => `export default { fetch: () => new Response("${word}") };`;
    await subject.upload("w", {}, answers("deployed"));
    await cloudflare.tryCode(accountId, "w", { content: answers("tried") });
    const bindings = [{ type: "service", name: "W", service: "w" }];
    await subject.upload(
      "caller",
      { bindings },
      "export default { fetch: (request, { W }) => W.fetch(request) };",
    );
    assert.deepEqual([await subject.ask("caller"), await subject.ask("w")], ["tried", "tried"]);
    await cloudflare.stopTrying(accountId, "w");
    assert.deepEqual([await subject.ask("caller"), await subject.ask("w")], ["deployed", "deployed"]);
  },
);

test("an error of tried code points into its own sources", OPTIONS, async (t) => {
  const texts: string[] = [];
  const subject = await start(t, { onWorkerEvent: ({ kind, text }) => kind === "error" && texts.push(text) });
  await subject.upload("w");
  const map = { version: 3, sources: ["src/tried.ts"], names: [], mappings: "AAAA" };
  const contentBase64 = Buffer.from(JSON.stringify(map)).toString("base64");
  await subject.cloudflare.tryCode(subject.accountId, "w", {
    content: 'export default { fetch() { throw new Error("no") } };\n//# sourceMappingURL=script.js.map',
    files: { "script.js.map": { contentType: "application/source-map", contentBase64 } },
  });
  await subject.ask("w");
  while (texts.length === 0) await new Promise(setImmediate);
  assert.match(texts.join(), /^Error: no\n.*src\/tried\.ts:1:1/);
});
