import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import Cloudflare from "cloudflare";
import { refusal, start } from "../../support/api";

test("a request without the token is refused", async (t) => {
  const { accountId, cloudflare } = await start(t);
  assert.match(cloudflare.apiToken, /^[0-9A-Za-z\-_]{40,80}$/);
  const wrong = new Cloudflare({ apiToken: "x".repeat(40), baseURL: cloudflare.baseUrl });
  const listed = wrong.workers.scripts.list({ account_id: accountId });
  assert.deepEqual(await refusal(listed), { status: 403, code: 9109, message: "Invalid access token" });
  assert.equal((await fetch(`${cloudflare.baseUrl}/accounts`)).status, 400);
  // Keys that end like the one path that has a token of its own.
  for (const place of ["storage/kv/namespaces/n/values/x", "r2/buckets/b/objects/x"]) {
    const url = `${cloudflare.baseUrl}/accounts/${accountId}/${place}/workers/assets/upload`;
    assert.equal((await fetch(url, { method: "PUT", body: "x" })).status, 400, place);
  }
  const basic = await fetch(`${cloudflare.baseUrl}/accounts`, {
    headers: { authorization: `Basic ${cloudflare.apiToken}` },
  });
  assert.equal(basic.status, 400);
});

test("a request without the token is refused before its body is sent", async (t) => {
  const { cloudflare } = await start(t);
  const headers = { "content-length": "1000000000" };
  const request = http.request(`${cloudflare.baseUrl}/accounts`, { method: "POST", headers });
  request.flushHeaders();
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  assert.equal(response.statusCode, 400);
  request.destroy();
});

test("an unknown route and a malformed account id get Cloudflare's errors", async (t) => {
  const subject = await start(t);
  assert.equal((await refusal(subject.send("GET", "workers/nothing"))).code, 7003);
  const account = subject.client.workers.scripts.list({ account_id: "not-an-account" });
  assert.deepEqual([(await refusal(account)).status, (await refusal(account)).code], [404, 7003]);
});

test("a test can observe every request and answer one itself", async (t) => {
  const seen: unknown[] = [];
  let failing = true;
  const subject = await start(t, {
    onRequest: ({ method, path, status }) => seen.push([method, path.split("/").slice(5).join("/"), status]),
    intercept: async (request) => {
      await request.text();
      return failing ? Response.json({ errors: [{ code: 1, message: "no" }] }, { status: 500 }) : undefined;
    },
  });
  assert.equal((await refusal(subject.upload("w"))).status, 500);
  failing = false;
  await subject.upload("w");
  assert.deepEqual(seen, [
    ["PUT", "workers/scripts/w", 500],
    ["PUT", "workers/scripts/w", 200],
  ]);
});
