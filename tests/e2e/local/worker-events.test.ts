import assert from "node:assert/strict";
import { EventEmitter, on } from "node:events";
import test, { type TestContext } from "node:test";
import type { WorkerEvent } from "../../../local/api";
import { CANARY, kvBinding, secret, start } from "../../support/api";

/** Starts a Cloudflare, and returns the next event of a kind when it comes. */
async function watched(t: TestContext) {
  const emitter = new EventEmitter();
  const events = on(emitter, "event", { signal: t.signal });
  const subject = await start(t, { onWorkerEvent: (event) => emitter.emit("event", event) });
  const next = async (kind: string): Promise<WorkerEvent> => {
    for (;;) {
      const [event] = (await events.next()).value as [WorkerEvent];
      if (event.kind === kind) return event;
    }
  };
  return { subject, next };
}

const PRINTING = `export default { async fetch(request, env) {
  console.log("visit", { of: [1] }, env.API_KEY, btoa(env.API_KEY));
  if (request.url.endsWith("/throw")) throw new TypeError("no " + env.API_KEY);
  return new Response("ok", { status: 201 });
} };`;

for (const isShared of [false, true]) {
  test(
    `what a Worker ${isShared ? "with shared data" : "alone"} prints, throws and answers is told, with its secrets masked`,
    { timeout: 30_000 },
    async (t) => {
      const { subject, next } = await watched(t);
      const bindings = [secret("API_KEY"), ...(isShared ? [await kvBinding(subject)] : [])];
      await subject.upload("w", { bindings }, PRINTING);
      const url = subject.cloudflare.workerUrl(subject.accountId, "w") ?? "";
      await fetch(`${url}/a?key=${encodeURIComponent(`${CANARY} API_KEY`)}`);
      assert.match((await next("request")).text, /^GET \/a\?key=\[secret API_KEY\] 201 \d+ ms$/);
      const { worker, text } = await next("log");
      assert.deepEqual([worker, text], ["w", "visit { of: [ 1 ] } [secret API_KEY] [secret API_KEY]"]);
      await fetch(`${url}/throw`);
      assert.match(
        (await next("error")).text,
        /^TypeError: no \[secret API_KEY\]\n +at Object\.fetch \(script\.js:3:/,
      );
    },
  );
}

test(
  "the stack of an error has the places in the sources, if the Worker has a source map",
  { timeout: 30_000 },
  async (t) => {
    const { subject, next } = await watched(t);
    const code =
      'export default { fetch() {\nthrow new Error("here"); } };\n//# sourceMappingURL=script.js.map';
    // Line 2, column 7 of the code is line 10, column 5 of the source.
    const map = { version: 3, sources: ["src/index.ts"], names: [], mappings: ";MASI" };
    await subject.put("w", { main_module: "script.js" }, [
      new File([code], "script.js", { type: "application/javascript+module" }),
      new File([JSON.stringify(map)], "script.js.map", { type: "application/source-map" }),
    ]);
    await fetch(subject.cloudflare.workerUrl(subject.accountId, "w") ?? "");
    assert.match((await next("error")).text, /^Error: here\n +at Object\.fetch \(src\/index\.ts:10:5\)/);
  },
);
