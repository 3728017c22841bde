import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { Duplex } from "node:stream";
import test, { type TestContext } from "node:test";
import { fetch as connect } from "miniflare";
import { CANARY, secret, start, type Subject } from "../../support/api";

const TEST = { timeout: 30_000 };

const PRINTING = `export default { fetch(request, env) {
  console.log("said", { [env.KEY]: [env.KEY] }, Number(env.PIN));
  if (request.url.endsWith("/throw")) throw new Error("no " + env.KEY);
  return new Response("ok");
} };`;

interface Event {
  readonly outcome: string;
  readonly scriptName: string;
  readonly logs: readonly { readonly message: unknown }[];
  readonly exceptions: readonly { readonly message: string }[];
  readonly event: { readonly request: { readonly url: string } };
}

/** Uploads a Worker, and listens to it. */
async function tailed(t: TestContext, filters: object[] = []) {
  const subject = await start(t);
  const bindings = [secret("KEY"), { name: "PIN", type: "secret_text", text: "83018" }];
  await subject.upload("w", { bindings }, PRINTING);
  const { id, url } = await subject.result("POST", "workers/scripts/w/tails", JSON.stringify({ filters }));
  const headers = { upgrade: "websocket", "sec-websocket-protocol": "trace-v1" };
  const { webSocket } = await connect(String(url).replace("ws:", "http:"), { headers });
  assert.ok(webSocket);
  const closed = once(webSocket, "close");
  const event = once(webSocket, "message").then(
    ([{ data }]) => JSON.parse(String(data as { toString(): string })) as Event,
  );
  webSocket.accept();
  return { subject, id: String(id), url: String(url), closed, event };
}

const ask = async ({ cloudflare, accountId }: Subject, path: string) =>
  fetch(`${cloudflare.workerUrl(accountId, "w") ?? ""}${path}`);

test(
  "a tail gets the calls that pass its filters, with secrets masked wherever they are",
  TEST,
  async (t) => {
    const { subject, event } = await tailed(t, [{ outcome: ["exception"] }, { query: "said" }]);
    await ask(subject, "/fine");
    await ask(subject, `/?key=${encodeURIComponent(`${CANARY} KEY`)}/throw`);
    const { outcome, scriptName, logs, exceptions, event: call } = await event;
    assert.deepEqual([outcome, scriptName], ["exception", "w"]);
    assert.deepEqual(logs[0]?.message, ["said", { "[secret KEY]": ["[secret KEY]"] }, "[secret PIN]"]);
    assert.equal(exceptions[0]?.message, "no [secret KEY]");
    assert.match(call.request.url, /\?key=\[secret KEY\]\/throw$/);
  },
);

for (const [what, end] of [
  [
    "it is deleted",
    (subject: Subject, id: string) => subject.send("DELETE", `workers/scripts/w/tails/${id}`),
  ],
  ["its Worker is deleted", (subject: Subject) => subject.send("DELETE", "workers/scripts/w")],
  ["the Cloudflare is closed", (subject: Subject) => subject.cloudflare.close()],
] as const) {
  test(`a tail ends when ${what}`, TEST, async (t) => {
    const { subject, id, closed } = await tailed(t);
    await end(subject, id);
    await closed;
  });
}

/** Asks to upgrade a connection, and returns the answer to it. */
async function upgrade(
  url: string,
  headers: http.OutgoingHttpHeaders,
): Promise<[number, Duplex | undefined]> {
  const request = http.get(url, { headers: { connection: "upgrade", ...headers } });
  const answer = await Promise.race([once(request, "upgrade"), once(request, "response")]);
  const [{ statusCode = 0 }, socket] = answer as [http.IncomingMessage, Duplex | undefined];
  return [statusCode, socket];
}

test("a tail needs its URL and its protocol, and no other request is upgraded", TEST, async (t) => {
  const { subject, id, url: tail } = await tailed(t);
  const url = tail.replace("ws:", "http:");
  const socket = { upgrade: "websocket", "sec-websocket-key": "a", "sec-websocket-protocol": "trace-v1" };
  assert.equal((await upgrade(url.replace(/[^/]*$/, id), socket))[0], 404);
  assert.equal((await upgrade(url, { ...socket, "sec-websocket-protocol": "other" }))[0], 404);
  assert.equal((await upgrade(url, { ...socket, host: "evil.example" }))[0], 403);
  const { baseUrl, apiToken } = subject.cloudflare;
  const plain = { upgrade: "h2c", authorization: `Bearer ${apiToken}` };
  assert.equal((await upgrade(`${baseUrl}/accounts`, plain))[0], 200);
});

test("a tail takes a frame without a mask, as Wrangler sends it, and answers a ping", TEST, async (t) => {
  const { url } = await tailed(t);
  const headers = { upgrade: "websocket", "sec-websocket-key": "a", "sec-websocket-protocol": "trace-v1" };
  const [, socket] = await upgrade(url.replace("ws:", "http:"), headers);
  assert.ok(socket);
  socket.write(Buffer.from([0x81, 2, 0x7b, 0x7d]));
  socket.write(Buffer.from([0x89, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2]));
  const [pong] = (await once(socket, "data")) as [Buffer];
  assert.deepEqual([...pong], [0x8a, 2, 0x68, 0x69]);
  socket.destroy();
});
