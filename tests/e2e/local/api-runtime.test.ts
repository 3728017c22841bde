import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import http from "node:http";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { CANARY, kvBinding, refusal, runtimes, secret, start } from "../../support/api";
import { completed } from "../../support/assets";
import { ownTmpdir } from "../../support/own-tmpdir";

const answering = (answer: string) =>
  `export default { fetch: () => new Response(${JSON.stringify(answer)}) };`;

test("code that does not start is refused with the runtime's error, and the old version keeps serving", async (t) => {
  const subject = await start(t);
  await subject.upload("w", {}, answering("before"));
  const cases: [string, RegExp][] = [
    ["export default {", /^Uncaught SyntaxError: Unexpected end of input\n {2}at script\.js:\d+$/],
    [
      "import './none.js'; export default { fetch() {} }",
      /^Uncaught Error: No such module "none\.js"\.\n {2}imported from "script\.js"$/,
    ],
    ["throw new TypeError('at start')", /^Uncaught TypeError: at start\n {2}at script\.js:1:7$/],
  ];
  for (const [source, message] of cases) {
    for (const name of ["w", "new"]) {
      const refused = await refusal(subject.upload(name, { bindings: [secret("S")] }, source));
      assert.equal(refused.code, 10021);
      assert.match(refused.message, message);
    }
  }
  assert.equal(await subject.ask("w"), "before");
  assert.equal(subject.cloudflare.workerUrl(subject.accountId, "new"), undefined);
  assert.equal(runtimes().length, 1);
});

test("no request fails while three versions are deployed", async (t) => {
  const subject = await start(t);
  const slow = (answer: string) =>
    `export default { async fetch() { await scheduler.wait(20); return new Response(${JSON.stringify(answer)}) } };`;
  await subject.upload("w", {}, slow("0"));
  const url = subject.cloudflare.workerUrl(subject.accountId, "w") ?? "";
  const seen = new Map<string, number>();
  let deploying = true;
  const visitor = async (): Promise<void> => {
    while (deploying) {
      const response = await fetch(url);
      assert.equal(response.status, 200);
      const answer = await response.text();
      seen.set(answer, (seen.get(answer) ?? 0) + 1);
    }
  };
  const visitors = Array.from({ length: 8 }, visitor);
  for (const answer of ["1", "2", "3"]) {
    await subject.upload("w", {}, slow(answer));
    assert.equal(await subject.ask("w"), answer);
  }
  deploying = false;
  await Promise.all(visitors);
  assert.deepEqual([...seen.keys()].sort(), ["0", "1", "2", "3"]);
});

test("a request in flight finishes on the old version, whose process then ends", async (t) => {
  const subject = await start(t);
  await subject.upload("w", {}, "export default { fetch: ({ body }) => new Response(body) };");
  const request = http.request(subject.cloudflare.workerUrl(subject.accountId, "w") ?? "", {
    method: "POST",
  });
  request.write("begun,");
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  await subject.upload("w", {}, answering("new"));
  assert.equal(await subject.ask("w"), "new");
  assert.equal(runtimes().length, 2);
  request.end("ended");
  assert.equal(await text(response), "begun,ended");
  await subject.cloudflare.close();
  assert.deepEqual(runtimes(), []);
});

test("changes to one Worker are serialized", async (t) => {
  const subject = await start(t);
  const params = { account_id: subject.accountId };
  await subject.upload("w");
  const names = Array.from({ length: 5 }, (_, at) => `S${at}`);
  await Promise.all(
    names.map((name) => subject.client.workers.scripts.secrets.update("w", { ...params, ...secret(name) })),
  );
  assert.deepEqual(Object.keys((await subject.env("w")) as object).sort(), names);
});

test("a WebSocket reaches the Worker and receives its messages", async (t) => {
  const subject = await start(t);
  const source = `export default { fetch() { const { 0: client, 1: server } = new WebSocketPair();
    server.accept(); server.send("hello"); return new Response(null, { status: 101, webSocket: client }); } };`;
  await subject.upload("w", {}, source);
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": Buffer.alloc(16).toString("base64"),
  };
  const request = http.get(subject.cloudflare.workerUrl(subject.accountId, "w") ?? "", { headers });
  const [, socket, head] = (await once(request, "upgrade")) as [unknown, Duplex, Buffer];
  const [frame] = head.length > 0 ? [head] : ((await once(socket, "data")) as [Buffer]);
  // One text frame of five bytes.
  assert.deepEqual(frame, Buffer.from("\x81\x05hello", "latin1"));
  socket.destroy();
});

test("a Worker without a fetch handler is deployed and responds with an error", async (t) => {
  const subject = await start(t);
  await subject.upload("w", {}, "export default { scheduled() {} }");
  assert.match(await subject.ask("w"), /no fetch handler/);
});

test("a secret appears in no command line, environment or temporary file", async (t) => {
  const folder = await ownTmpdir(t);
  const subject = await start(t);
  const assets = { jwt: await completed(subject, "w", { "/index.html": "home" }) };
  await subject.upload("w", { assets, bindings: [secret("S")] });
  const [pid = ""] = runtimes();
  const written = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const files = written.map(({ parentPath, name }) => join(parentPath, name));
  for (const file of [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`, ...files]) {
    assert.ok(!(await readFile(file, "utf8")).includes(CANARY), file);
  }
});

for (const [form, expression] of [
  ["in plain form", "env.S"],
  ["in JSON", "JSON.stringify({ env })"],
  ["in base64", "btoa('user:' + env.S)"],
  ["in a URL", "encodeURIComponent(env.S)"],
] as const) {
  test(`a secret ${form} in a runtime error is masked`, async (t) => {
    const subject = await start(t);
    const source = `import { env } from "cloudflare:workers"; throw new Error("found " + ${expression});`;
    const text = `${CANARY} "quoted"\nsecond ${CANARY}`;
    const refused = await refusal(subject.upload("w", { bindings: [{ ...secret("S"), text }] }, source));
    assert.match(refused.message, /^Uncaught Error: found .*\[secret\]/);
    // The client sees no canary, not even in base64.
    assert.ok(
      !refused.message.includes(Buffer.from(CANARY).toString("base64").slice(4, 24)),
      refused.message,
    );
  });
}

test("code that never finishes starting is refused, and the previous version keeps serving", async (t) => {
  const subject = await start(t);
  await subject.upload("w", {}, `export default { fetch: () => new Response("first") };`);
  const { code, message } = await refusal(
    subject.upload("w", {}, "while (true) {} export default { fetch() {} };"),
  );
  assert.equal(code, 10021);
  assert.match(message, /startup exceeded CPU time limit/);
  assert.equal(await subject.ask("w"), "first");
});

test(
  "a Worker whose runtime was killed answers again, alone and with shared data",
  { timeout: 30_000 },
  async (t) => {
    const subject = await start(t);
    const sharing = { bindings: [await kvBinding(subject), secret("S")] };
    for (const [name, metadata] of [
      ["alone", { bindings: [secret("S")] }],
      ["shared", sharing],
    ] as const) {
      const others = runtimes();
      await subject.upload(
        name,
        metadata,
        "export default { fetch: (_, env) => new Response(typeof env.S) };",
      );
      for (const pid of runtimes().filter((runtime) => !others.includes(runtime)))
        process.kill(Number(pid), "SIGKILL");
      let answer = "";
      while (answer !== "string") {
        t.signal.throwIfAborted();
        answer = await subject.ask(name);
      }
    }
  },
);

test("forty Workers are deployed at the same time", async (t) => {
  const subject = await start(t);
  const names = Array.from({ length: 40 }, (_, at) => `w${at}`);
  await Promise.all(names.map((name) => subject.upload(name)));
  assert.deepEqual(
    await Promise.all(names.map((name) => subject.env(name))),
    names.map(() => ({})),
  );
});

test("a request that could be upgraded and is not is answered, with its body, and so is a refused WebSocket", async (t) => {
  const subject = await start(t);
  const code = `export default { async fetch(request) {
    if (request.headers.get("upgrade") === "websocket") return new Response("no", { status: 401 });
    return new Response(request.method + " " + request.headers.has("upgrade") + " " + await request.text());
  } };`;
  await subject.upload("w", {}, code);
  const { hostname, port } = new URL(subject.cloudflare.workerUrl(subject.accountId, "w") ?? "");
  const send = async (upgrade: string, body: string) => {
    const request = http.request({
      hostname,
      port,
      method: body === "" ? "GET" : "POST",
      headers: { connection: "Upgrade, HTTP2-Settings", upgrade, "http2-settings": "AAMAAABkAAQAAP__" },
    });
    const [response] = (await once(request.end(body), "response")) as [http.IncomingMessage];
    return [response.statusCode, await text(response)];
  };
  assert.deepEqual(await send("h2c", ""), [200, "GET false "]);
  assert.deepEqual(await send("h2c", "a body"), [200, "POST false a body"]);
  assert.deepEqual(await send("websocket", ""), [401, "no"]);
});

test("a Worker is at its place's port or the next free one; a renamed script takes over the URL", async (t) => {
  const other = http.createServer();
  await once(other.listen(0, "127.0.0.1"), "listening");
  t.after(() => other.close());
  const { port: taken } = other.address() as AddressInfo;
  const placeOf = (_: string, script: string) => ({ name: script.split("-")[0] ?? "", port: taken });
  const subject = await start(t, { placeOf });
  const { cloudflare, accountId } = subject;
  const urlOf = (name: string) => cloudflare.workerUrl(accountId, name) ?? "";
  const answers = (text: string) => `export default { fetch: () => new Response("${text}") };`;
  await subject.upload("one-a", {}, answers("a"));
  await subject.upload("two", {}, answers("two"));
  const url = urlOf("one-a");
  assert.ok(Number(new URL(url).port) > taken && urlOf("two") !== url);
  // What Pulumi does: the new script first, then the old one goes.
  await subject.upload("one-b", {}, answers("b"));
  assert.equal(urlOf("one-b"), url);
  await subject.client.workers.scripts.delete("one-a", { account_id: accountId });
  // One that is refused takes over nothing.
  const bindings = [{ type: "service", name: "OTHER", service: "none" }];
  await refusal(subject.upload("one-c", { bindings }, answers("c")));
  assert.equal(await (await fetch(url)).text(), "b");
  await subject.client.workers.scripts.delete("one-b", { account_id: accountId });
  await assert.rejects(fetch(url));
});

test("a request has a cf object, alone and with shared data, whatever the client sends", async (t) => {
  const subject = await start(t);
  const code =
    "export default { fetch: ({ cf, headers }) => Response.json([typeof cf?.colo, [...headers.keys()]]) };";
  await subject.upload("alone", {}, code);
  await subject.upload("shared", { bindings: [await kvBinding(subject)] }, code);
  for (const name of ["alone", "shared"]) {
    const url = subject.cloudflare.workerUrl(subject.accountId, name) ?? "";
    const headers = { "MF-CF-Blob": "{", "MF-Other": "1" };
    const [colo, seen] = (await (await fetch(url, { headers })).json()) as [string, string[]];
    assert.equal(colo, "string");
    assert.ok(!seen.some((header) => header.startsWith("mf-")), seen.join());
  }
});
