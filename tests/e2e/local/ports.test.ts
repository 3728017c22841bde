import "../../../kit/lazy-closures";
import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs/promises";
import http from "node:http";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import test, { type TestContext } from "node:test";
import { InvokeRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { startProvider } from "../../../local/provider";
import { ECHO, secret, start } from "../../support/api";
import { completed } from "../../support/assets";
import { canBeStranger, listeningPorts, runAs } from "../../support/ports";
import { withStack } from "../../support/provider-stack";

const LINUX = { skip: process.platform !== "linux" && "it reads /proc" };
const AS_STRANGER = { skip: !canBeStranger && "only root can start a process of another user" };

/** Sends an HTTP request to each port and prints the responses by port. */
const ASK = `
const http = require("node:http");
const [ports, path, body] = process.argv.slice(1);
const ask = (port) => new Promise((resolve) => {
  const request = http.request({ port, host: "127.0.0.1", path, method: "POST" }, (response) => {
    let answer = "";
    response.on("data", (chunk) => (answer += chunk)).on("end", () => resolve([port, response.statusCode, answer]));
  });
  request.on("error", (error) => resolve([port, error.code, ""])).end(body);
});
Promise.all(JSON.parse(ports).map(ask)).then((answers) => console.log(JSON.stringify(answers)));
`;

/** Opens an HTTP/2 connection to each port, as gRPC does, and prints the ports that send anything back. */
const GREET = `
const net = require("node:net");
const greet = (port) => new Promise((resolve) => {
  const socket = net.connect(port, "127.0.0.1");
  socket.once("data", () => resolve([port])).on("error", () => {}).on("close", () => resolve([]));
  socket.write(Buffer.from("505249202a20485454502f322e300d0a0d0a534d0d0a0d0a" + "000000040000000000", "hex"));
});
Promise.all(JSON.parse(process.argv[1]).map(greet)).then((ports) => {
  console.log(JSON.stringify(ports.flat()));
  process.exit();
});
`;

/** A minimal gRPC client: sends one message to one method and prints the response, or how the connection ended. */
const CALL = `
const http2 = require("node:http2");
const [port, method, message] = process.argv.slice(1);
const client = http2.connect("http://127.0.0.1:" + port).on("error", (error) => console.log(error.code));
const call = client.request({
  ":method": "POST", ":path": "/pulumirpc.ResourceProvider/" + method, "content-type": "application/grpc", te: "trailers",
});
const body = Buffer.from(message, "base64"), head = Buffer.alloc(5);
head.writeUInt32BE(body.length, 1);
let answer = "";
call.on("data", (chunk) => (answer += chunk)).on("error", () => {}).on("close", () => { console.log(answer || "CLOSED"); client.destroy(); });
call.end(Buffer.concat([head, body]));
`;

async function probe(
  t: TestContext,
): Promise<{ written: string; store: [string, string]; read: [string, string] }> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "probe-"));
  t.after(() => fs.rm(folder, { recursive: true }));
  // World-writable, so that a missing file is not due to permissions.
  await fs.chmod(folder, 0o777);
  const [written, canary] = [path.join(folder, "written"), path.join(folder, "canary.js")];
  await fs.writeFile(canary, "// canary-of-a-file\n");
  const error = { name: "Error", message: "made up", stack: `Error: made up\n    at f (${canary}:1:1)` };
  return {
    written,
    store: [
      `/core/store-temp-file?extension=${encodeURIComponent(`/../../../../../../../..${written}`)}`,
      "probe",
    ],
    read: ["/core/error", JSON.stringify(error)],
  };
}

for (const user of ["self", "stranger"] as const) {
  const options = user === "stranger" ? AS_STRANGER : LINUX;
  test(
    `no port reads or writes files for ${user === "self" ? "a process of this user" : "another user"}`,
    options,
    async (t) => {
      const subject = await start(t);
      // This Worker throws, so that we also reach the code that reports errors.
      await subject.upload("throws", {}, "export default { fetch() { throw new Error('thrown') } }");
      const assets = { jwt: await completed(subject, "echo", { "/index.html": "home" }) };
      await subject.upload("echo", { assets }, ECHO);
      const { written, store, read } = await probe(t);
      const ports = await listeningPorts();
      assert.equal(ports.length, 3, "the API, and a URL for each Worker");
      for (const [address, body] of [store, read]) {
        const answers = await runAs(user, ASK, JSON.stringify(ports), address, body);
        assert.doesNotMatch(answers, /canary-of-a-file/);
        await assert.rejects(fs.access(written), { code: "ENOENT" });
      }
    },
  );
}

test("during a deploy, another user gets no byte from any port except the API's", AS_STRANGER, async () => {
  await withStack(async (harness) => {
    const greeted = { self: [] as number[], stranger: [] as number[] };
    harness.program = async () => {
      const ports = JSON.stringify(await listeningPorts());
      for (const user of ["self", "stranger"] as const) {
        greeted[user] = JSON.parse(await runAs(user, GREET, ports)) as number[];
      }
      return {};
    };
    await harness.stack.up();
    const servers = "the API, the provider, the program's own server, that of the engine's events, the vault";
    assert.equal(greeted.self.length, servers.split(",").length, servers);
    assert.deepEqual(greeted.stranger, [Number(new URL(harness.api.baseUrl).port)]);
  });
});

test(
  "the provider serves this user and closes another user's connection without sending anything",
  AS_STRANGER,
  async (t) => {
    const subject = await start(t);
    await subject.upload("script_of_the_user", { bindings: [secret("S")] });
    const provider = await startProvider(subject.cloudflare);
    t.after(() => provider.close());
    const request = new InvokeRequest()
      .setTok("cloudflare:index/getWorkersScripts:getWorkersScripts")
      .setArgs(Struct.fromJavaScript({ accountId: subject.accountId }));
    const message = Buffer.from(request.serializeBinary()).toString("base64");
    const call = (user: "self" | "stranger") => runAs(user, CALL, String(provider.port), "Invoke", message);
    assert.match(await call("self"), /script_of_the_user/);
    // The close reaches the client as a reset or as an orderly end, and sometimes as both.
    assert.match((await call("stranger")).trim(), /^(?:ECONNRESET|EPIPE|CLOSED|\s)+$/);
  },
);

test("a Host that a web page can have reaches neither the API nor a Worker", async (t) => {
  const subject = await start(t);
  await subject.upload("w", { bindings: [secret("S")] });
  const api = new URL(subject.cloudflare.baseUrl);
  const worker = new URL(subject.cloudflare.workerUrl(subject.accountId, "w") ?? "");
  for (const { port, pathname } of [api, worker]) {
    const ask = async (host: string) => {
      const headers = { host, authorization: `Bearer ${subject.cloudflare.apiToken}` };
      const request = http.get({ host: "127.0.0.1", port, path: `${pathname}/user`, headers });
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      return { status: response.statusCode, body: await text(response) };
    };
    for (const host of ["127.0.0.1", "localhost", "[::1]", "w.localhost"]) {
      assert.equal((await ask(`${host}:${port}`)).status, 200, host);
    }
    for (const host of [
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1.evil.example:${port}`,
      `127.0.0.1:1${port}`,
    ]) {
      assert.deepEqual(await ask(host), {
        status: 403,
        body: `This server answers only under its own address: http://127.0.0.1:${port}\n`,
      });
    }
  }
  const socket = net.connect(Number(worker.port), "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  assert.match(await text(socket), /^HTTP\/1\.1 403 /);
});
