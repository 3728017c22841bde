import "../../../kit/lazy-closures";
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { startProvider } from "../../../local/provider";
import { CANARY, withStack } from "../../support/provider-stack";
import { PUT, worker } from "../../support/worker-program";

void test("the error of a refused request has its URL and answer, and the provider keeps serving", () =>
  withStack(async (harness) => {
    const { stack } = harness;
    const refuse = (status: number, code: number, message: string) => () =>
      Response.json({ success: false, errors: [{ code, message }], messages: [], result: null }, { status });
    harness.program = worker();
    harness.fault = refuse(400, 10021, "no such syntax");
    await assert.rejects(stack.up());
    assert.match(harness.output(), /PUT ".*\/workers\/scripts\/script_1": 400 Bad Request .*no such syntax/);
    harness.fault = refuse(403, 9109, "Unauthorized to access requested resource");
    await assert.rejects(stack.up());
    assert.match(harness.output(), /Cloudflare refused the API token.*403 Forbidden .*9109/);
    harness.fault = undefined;
    assert.deepEqual((await stack.up()).summary.resourceChanges, { create: 1, same: 1 });
    assert.ok(!harness.output().includes(CANARY));
  }));

void test("secrets in an answer that quotes the request are masked in every encoding", () =>
  withStack(async (harness) => {
    const pem = `-----BEGIN "KEY"-----\n${CANARY}/one+${CANARY}\n-----END KEY-----\n`;
    harness.program = worker({ bindings: [{ name: "PEM", type: "secret_text", text: pem }] });
    const json = JSON.stringify({ text: pem });
    const forms = [
      pem,
      json,
      JSON.stringify(json),
      encodeURIComponent(pem),
      Buffer.from(pem).toString("base64"),
    ];
    for (const quoted of [...forms, Buffer.from(`x${json}`).toString("base64url")]) {
      harness.fault = () =>
        Response.json({ errors: [{ code: 10021, message: `bad request: ${quoted}` }] }, { status: 400 });
      await assert.rejects(harness.stack.up());
    }
    const output = harness.output();
    assert.ok(Number(output.match(/bad request: \S*\[secret\]/g)?.length) > forms.length, output);
    const base64 = [0, 1, 2].map((before) =>
      Buffer.concat([Buffer.alloc(before), Buffer.from(CANARY)])
        .toString("base64")
        .slice(4, 16),
    );
    for (const form of [CANARY, ...base64]) assert.ok(!output.includes(form), output);
  }));

void test("a request to a busy API is retried", () =>
  withStack(async (harness) => {
    let left = 2;
    harness.fault = () =>
      left-- > 0 ? new Response("", { status: 503, headers: { "retry-after-ms": "10" } }) : undefined;
    harness.program = worker();
    await harness.stack.up();
    assert.deepEqual(harness.takeRequests(), [PUT, PUT, PUT]);
  }));

void test("closing the provider or aborting its signal frees its port", async () => {
  const reachable = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      }).on("error", () => {
        resolve(false);
      });
    });
  const connection = { baseUrl: "http://127.0.0.1:9", apiToken: "unused" };
  const stop = new AbortController();
  const [closed, stopped] = [
    await startProvider(connection),
    await startProvider({ ...connection, signal: stop.signal }),
  ];
  assert.ok((await reachable(closed.port)) && (await reachable(stopped.port)));
  await closed.close();
  stop.abort();
  assert.ok(!(await reachable(closed.port)) && !(await reachable(stopped.port)));
});

for (const [how, text] of [
  ["a plain string", () => CANARY],
  ["a secret", () => pulumi.secret(CANARY)],
  ["the stack's config", () => new pulumi.Config().requireSecret("secret")],
] as const) {
  void test(`the text of a secret from ${how} is in no state file and no output`, () =>
    withStack(async (harness) => {
      const { stack } = harness;
      await stack.setConfig("secret", { value: CANARY, secret: true });
      // With --debug, Pulumi's SDK prints every output of a resource; the engine masks only secrets from the config.
      const options = how === "the stack's config" ? { debug: true } : {};
      harness.program = () =>
        worker({ bindings: [{ name: "API_KEY", type: "secret_text", text: text() }] })();
      await stack.up(options);
      await stack.refresh(options);
      harness.program = worker({ bindings: [] });
      await stack.preview({ diff: true, ...options });
      await stack.up(options);
      const state = await harness.stateFiles();
      assert.match(state, /WorkersScript/, "the state was not read");
      assert.ok(!state.includes(CANARY), "state");
      assert.ok(!harness.output().includes(CANARY), "output");
    }));
}
