import assert from "node:assert/strict";
import { test } from "node:test";
import type Cloudflare from "cloudflare";
import { ECHO, refusal, secret, start } from "../../support/api";

test("an uploaded Worker runs with its variables and secrets", async (t) => {
  const subject = await start(t);
  const { accountId, client, cloudflare } = subject;
  const mode = { name: "MODE", type: "plain_text" as const, text: "true" };
  const params: Cloudflare.Workers.ScriptUpdateParams = {
    account_id: accountId,
    metadata: {
      main_module: "script.js",
      compatibility_date: "2026-01-01",
      bindings: [secret("KEY"), mode],
    },
    files: [new File([ECHO], "script.js", { type: "application/javascript+module" })],
  };
  // The client labels this multipart body application/javascript unless told otherwise.
  const script = await client.workers.scripts.update("script_1", params, {
    headers: { "Content-Type": null },
  });
  assert.equal(script.id, "script_1");
  assert.deepEqual(script.handlers, ["fetch"]);
  assert.deepEqual(await subject.env("script_1"), { KEY: secret("KEY").text, MODE: "true" });
  assert.match(cloudflare.workerUrl(accountId, "script_1") ?? "", /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(cloudflare.workerUrl(accountId, "other"), undefined);
});

test("a download equals the upload byte for byte", async (t) => {
  const subject = await start(t);
  const source = Buffer.concat([Buffer.from(`/* \r\n--x\u2028 ö */ ${ECHO}\r\n`), Buffer.from("//\n\n")]);
  const wasm = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0]);
  const main = `import wasm from "./add.wasm"; import text from "./text.txt"; import { n } from "./n.js";
    export default { fetch: () => new Response([wasm instanceof WebAssembly.Module, text, n].join()) };`;
  await subject.upload("one", {}, source);
  await subject.put("many", { main_module: "main.js" }, [
    new File([main], "main.js", { type: "application/javascript+module" }),
    new File(["export const n = 7"], "n.js", { type: "application/javascript+module" }),
    new File([wasm], "add.wasm", { type: "application/wasm" }),
    new File(["text"], "text.txt", { type: "text/plain" }),
  ]);
  await subject.put("old", { body_part: "script" }, [
    new File(["addEventListener('fetch', (e) => e.respondWith(new Response('old')))"], "script", {
      type: "application/javascript",
    }),
  ]);

  const one = await subject.send("GET", "workers/scripts/one/content/v2");
  assert.equal(one.headers.get("cf-entrypoint"), "script.js");
  assert.match(one.headers.get("content-type") ?? "", /^multipart\/form-data; boundary=/);
  const part = Buffer.concat([Buffer.from("\r\n\r\n"), source, Buffer.from("\r\n--")]);
  assert.ok(Buffer.from(await one.arrayBuffer()).includes(part));

  const many = await (await subject.send("GET", "workers/scripts/many/content/v2")).text();
  const names = [...many.matchAll(/; name="(.*?)"; filename="\1"/g)].map(([, name]) => name);
  assert.deepEqual(names, ["main.js", "n.js", "add.wasm", "text.txt"]);
  assert.equal(await subject.ask("many"), "true,text,7");

  const old = await subject.send("GET", "workers/scripts/old/content/v2");
  assert.equal(old.headers.get("content-type"), "application/javascript");
  assert.match(await old.text(), /^addEventListener/);
  assert.equal(await subject.ask("old"), "old");
});

test("settings that were sent are returned unchanged, and no others are returned", async (t) => {
  const subject = await start(t);
  await subject.upload("bare", { compatibility_date: "" });
  assert.deepEqual(await subject.result("GET", "workers/scripts/bare/settings"), {
    bindings: [],
    compatibility_date: "",
    placement: {},
    usage_model: "standard",
    logpush: false,
    tail_consumers: null,
  });
  const { client, accountId: account_id } = subject;
  const { id: namespace_id } = await client.kv.namespaces.create({ account_id, title: "cache" });
  const observability = { enabled: true };
  const sent = {
    compatibility_flags: [],
    tail_consumers: [],
    observability,
    compatibility_date: "2026-09-01",
  };
  await subject.upload("full", {
    ...sent,
    bindings: [{ name: "B", type: "kv_namespace", namespace_id }],
  });
  const settings = await subject.result("GET", "workers/scripts/full/settings");
  const { bindings, ...rest } = settings;
  assert.deepEqual(rest, { ...rest, ...sent });
  assert.deepEqual(bindings, [{ name: "B", type: "kv_namespace", namespace_id }]);
});

test("what Wrangler asks about a Worker before a deploy and after it", async (t) => {
  const subject = await start(t);
  assert.equal((await refusal(subject.send("GET", "workers/services/w"))).code, 10090);
  await subject.upload("w");
  const { subdomain } = subject.client.workers.scripts;
  await subdomain.create("w", { account_id: subject.accountId, enabled: true });
  const { name, subdomain: shown } = await subject.result("GET", "workers/workers/w");
  assert.deepEqual([name, shown], ["w", { enabled: true, previews_enabled: false }]);
});

test("settings with null for the bindings keep them", async (t) => {
  const subject = await start(t);
  await subject.upload("w", { bindings: [secret("S")] });
  const form = new FormData();
  form.set("settings", JSON.stringify({ bindings: null, logpush: true }));
  const { bindings, logpush } = await subject.result("PATCH", "workers/scripts/w/settings", form);
  assert.deepEqual([bindings, logpush], [[{ name: "S", type: "secret_text" }], true]);
});

test("a repeated upload updates the Worker, and both Read endpoints agree", async (t) => {
  const subject = await start(t);
  const first = (await (await subject.upload("twice")).json()) as { result: Record<string, unknown> };
  const second = (await (await subject.upload("twice")).json()) as { result: Record<string, unknown> };
  assert.equal(second.result["etag"], first.result["etag"]);
  assert.equal(second.result["created_on"], first.result["created_on"]);
  const service = await subject.result("GET", "workers/services/twice");
  assert.deepEqual((service["default_environment"] as { script: unknown }).script, second.result);
  const listed = await subject.client.workers.scripts.list({ account_id: subject.accountId });
  assert.deepEqual(
    listed.result.map(({ id }) => id),
    ["twice"],
  );
});

test("a deleted Worker is gone from the list, from every Read endpoint and from its URL", async (t) => {
  const subject = await start(t);
  const { accountId, client, cloudflare } = subject;
  await subject.upload("gone");
  const url = cloudflare.workerUrl(accountId, "gone") ?? "";
  await client.workers.scripts.delete("gone", { account_id: accountId });
  assert.equal(cloudflare.workerUrl(accountId, "gone"), undefined);
  await assert.rejects(fetch(url));
  for (const path of [
    "scripts/gone",
    "scripts/gone/settings",
    "scripts/gone/content/v2",
    "scripts/gone/secrets",
    "workers/gone/versions/latest",
    "scripts/gone/deployments",
    "scripts/gone/subdomain",
  ]) {
    const { status, code } = await refusal(subject.send("GET", `workers/${path}`));
    assert.deepEqual([path, status, code], [path, 404, 10007]);
  }
  assert.equal((await refusal(subject.send("DELETE", "workers/scripts/gone"))).code, 10007);
});

test("the subdomain of a Worker is off until it is switched on", async (t) => {
  const subject = await start(t, { subdomain: "mine" });
  const params = { account_id: subject.accountId };
  await subject.upload("w");
  const { subdomain } = subject.client.workers.scripts;
  assert.deepEqual(await subdomain.get("w", params), { enabled: false, previews_enabled: false });
  await subdomain.create("w", { ...params, enabled: true });
  assert.deepEqual(await subdomain.get("w", params), { enabled: true, previews_enabled: false });
  await subdomain.delete("w", params);
  assert.deepEqual(await subdomain.get("w", params), { enabled: false, previews_enabled: false });
  assert.deepEqual(await subject.client.workers.subdomains.get(params), { subdomain: "mine" });
});
