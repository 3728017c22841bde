import assert from "node:assert/strict";
import { test } from "node:test";
import { CANARY, refusal, start, type Subject } from "../../support/api";

const ZONE = "fedcba9876543210fedcba9876543210";
const HANDLERS = "export default { fetch: () => new Response('ok'), queue() {} };";

test("names that are taken and objects that are missing are refused with Cloudflare's codes", async (t) => {
  const { client, accountId: account_id } = await start(t);
  const { namespaces } = client.kv;
  await namespaces.create({ account_id, title: "one" });
  const two = await namespaces.create({ account_id, title: "two" });
  await client.d1.database.create({ account_id, name: "shop" });
  await client.r2.buckets.create({ account_id, name: "files" });
  await client.queues.create({ account_id, queue_name: "jobs" });
  const store_id = (await client.secretsStore.stores.create({ account_id, name: "shared" })).id;
  const secrets = client.secretsStore.stores.secrets;
  const secret = { name: "KEY", scopes: ["workers" as const], value: CANARY };
  const create = (body: object) => ({ account_id, body: [{ ...secret, ...body }] });
  await secrets.create(store_id, create({}));

  const id = "0".repeat(32);
  const refused: [what: string, request: () => Promise<unknown>, status: number, code: number][] = [
    ["a KV title", () => namespaces.create({ account_id, title: "one" }), 400, 10014],
    ["a KV title on update", () => namespaces.update(two.id, { account_id, title: "one" }), 400, 10014],
    ["no KV title", () => namespaces.create({ account_id, title: "" }), 400, 10019],
    ["a D1 name", () => client.d1.database.create({ account_id, name: "shop" }), 400, 7502],
    ["an R2 name", () => client.r2.buckets.create({ account_id, name: "files" }), 409, 10004],
    ["an invalid R2 name", () => client.r2.buckets.create({ account_id, name: "Files" }), 400, 10005],
    ["a queue's name", () => client.queues.create({ account_id, queue_name: "jobs" }), 400, 11009],
    ["a second store", () => client.secretsStore.stores.create({ account_id, name: "more" }), 400, 1003],
    ["a store with secrets", () => client.secretsStore.stores.delete(store_id, { account_id }), 409, 1004],
    ["a secret's name", async () => secrets.create(store_id, create({})), 400, 1003],
    [
      "a secret's scope",
      async () => secrets.create(store_id, create({ name: "B", scopes: ["pages"] })),
      400,
      1001,
    ],
    ["no scope", async () => secrets.create(store_id, create({ name: "B", scopes: [] })), 400, 1001],
    [
      "a long secret",
      async () => secrets.create(store_id, create({ name: "B", value: CANARY.padEnd(65_537) })),
      400,
      1001,
    ],
    ["no namespace", () => namespaces.get(id, { account_id }), 404, 10013],
    ["no database", () => client.d1.database.get(id, { account_id }), 404, 7404],
    ["no bucket", () => client.r2.buckets.get("other", { account_id }), 404, 10006],
    ["no queue", () => client.queues.get(id, { account_id }), 404, 11000],
    ["no store", () => client.secretsStore.stores.get(id, { account_id }), 404, 1001],
    [
      "no Worker",
      () => client.workers.domains.update({ account_id, hostname: "a.b.com", service: "w" }),
      404,
      10007,
    ],
    ["no route", () => client.workers.routes.get(id, { zone_id: ZONE }), 404, 10018],
    ["no pattern", () => client.workers.routes.create({ zone_id: ZONE, pattern: "a b" }), 400, 10022],
  ];
  for (const [what, request, status, code] of refused) {
    const found = await refusal(request());
    assert.deepEqual([found.status, found.code], [status, code], what);
  }
  await client.secretsStore.stores.delete(store_id, { account_id, force: true });
});

test("a queue has one consumer, a Worker that exports queue(), and names it and the Workers that send to it", async (t) => {
  const subject = await start(t);
  const { client, accountId: account_id } = subject;
  await subject.upload("deaf");
  await subject.upload("worker", {}, HANDLERS);
  const { queue_id = "" } = await client.queues.create({ account_id, queue_name: "jobs" });
  const consume = (script_name: string) =>
    client.queues.consumers.create(queue_id, { account_id, type: "worker", script_name });
  assert.equal((await refusal(consume("none"))).code, 10007);
  assert.equal((await refusal(consume("deaf"))).code, 11001);
  const made = await consume("worker");
  assert.deepEqual(made.settings, { batch_size: 10, max_retries: 3, max_wait_time_ms: 5000, retry_delay: 0 });
  assert.equal((await refusal(consume("worker"))).code, 11004);
  await subject.upload("sender", { bindings: [{ name: "JOBS", type: "queue", queue_name: "jobs" }] });
  const queue = await client.queues.get(queue_id, { account_id });
  assert.deepEqual([queue.consumers_total_count, queue.producers_total_count], [1, 1]);
  assert.deepEqual(queue.producers, [{ script: "sender", type: "worker" }]);
  const settings = { delivery_paused: true };
  const edited = await client.queues.edit(queue_id, { account_id, settings });
  assert.deepEqual([edited.queue_name, edited.settings?.delivery_paused], ["jobs", true]);
  await client.queues.delete(queue_id, { account_id });
  assert.equal(
    (await refusal(Promise.resolve(client.queues.consumers.list(queue_id, { account_id })))).code,
    11000,
  );
});

test("pairs of a KV namespace are written as a form or as they are, listed, and expire", async (t) => {
  const subject = await start(t);
  const { id } = await subject.client.kv.namespaces.create({ account_id: subject.accountId, title: "one" });
  const path = `storage/kv/namespaces/${id}`;
  const form = new FormData();
  form.set("value", "1");
  form.set("metadata", '{"n":1}');
  await subject.send("PUT", `${path}/values/a%2Fb%20c`, form);
  const bytes = Uint8Array.from([0, 255, 13, 10]);
  await subject.send("PUT", `${path}/values/raw`, bytes);
  const old = await refusal(subject.send("PUT", `${path}/values/old?expiration=1`, "x"));
  assert.deepEqual([old.status, old.code], [400, 10033]);
  const tomorrow = Math.floor(Date.now() / 1000) + 86_400;
  await subject.send("PUT", `${path}/values/soon?expiration=${tomorrow}`, "x");
  const read = await subject.send("GET", `${path}/values/raw`);
  assert.deepEqual(new Uint8Array(await read.arrayBuffer()), bytes);
  assert.deepEqual(await subject.result("GET", `${path}/metadata/a%2Fb%20c`), { n: 1 });
  assert.deepEqual(await names(subject, `${path}/keys`), ["a/b c", "raw", "soon"]);
  assert.deepEqual(await names(subject, `${path}/keys?prefix=a`), ["a/b c"]);
  const [soon] = (await subject.result("GET", `${path}/keys?prefix=soon`)) as unknown as object[];
  assert.deepEqual(soon, { name: "soon", expiration: tomorrow });
  assert.equal((await refusal(subject.send("GET", `${path}/values/old`))).code, 10009);
  assert.equal((await refusal(subject.send("GET", `${path}/values/${"k".repeat(513)}`))).code, 10030);
  await subject.send("DELETE", `${path}/values/raw`);
  assert.deepEqual(await names(subject, `${path}/keys`), ["a/b c", "soon"]);
});

test("a Worker's schedules are replaced as a whole and end with it", async (t) => {
  const subject = await start(t);
  const path = "workers/scripts/w/schedules";
  await subject.upload("w");
  await subject.result("PUT", path, '[{"cron":"* * * * *"}]');
  await subject.result("PUT", path, '[{"cron":"0 0 * * MON-FRI"}]');
  assert.deepEqual(await crons(subject, path), ["0 0 * * MON-FRI"]);
  assert.equal((await refusal(subject.send("PUT", path, '[{"cron":"soon"}]'))).code, 10021);
  await subject.send("DELETE", "workers/scripts/w");
  assert.equal((await refusal(subject.send("GET", path))).code, 10007);
  await subject.upload("w");
  assert.deepEqual(await crons(subject, path), []);
});

async function names(subject: Subject, path: string): Promise<string[]> {
  return ((await subject.result("GET", path)) as unknown as { name: string }[]).map(({ name }) => name);
}

async function crons(subject: Subject, path: string): Promise<string[]> {
  const { schedules } = (await subject.result("GET", path)) as { schedules: { cron: string }[] };
  return schedules.map(({ cron }) => cron);
}
