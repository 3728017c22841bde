import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { CANARY, kvBinding, refusal, secret, start, type Subject } from "../../support/api";

/** Answers with what one expression of `env` says, and exports what `more` declares. */
const worker = (expression: string, more = "") =>
  `${more}\nexport default { async fetch(request, env) { return Response.json(await (${expression})); } };`;

const COUNTER = (name: string) => `export class ${name} {
  constructor(context) { this.storage = context.storage; }
  async fetch() {
    const count = (await this.storage.get("count") ?? 0) + 1;
    await this.storage.put("count", count);
    return Response.json(count);
  }
}`;
const COUNT =
  'env.COUNTER.get(env.COUNTER.idFromName("one")).fetch("http://counter/").then((answer) => answer.json())';
async function ask(subject: Subject, name: string): Promise<unknown> {
  return JSON.parse(await subject.ask(name));
}

/** A binding, or one to a resource that is made first; an expression that uses it; and what that gives. */
type Kind = [
  what: string,
  binding: object | ((subject: Subject) => Promise<object>),
  expression: string,
  expected: unknown,
];

const HMAC = { algorithm: { name: "HMAC", hash: "SHA-256" }, usages: ["sign"] };
const SIGN =
  'crypto.subtle.sign("HMAC", env.KEY, new TextEncoder().encode("text")).then((bytes) => bytes.byteLength)';

const KINDS: Kind[] = [
  ["a KV namespace", kvBinding, 'env.CACHE.put("key", "value").then(() => env.CACHE.get("key"))', "value"],
  [
    "a D1 database",
    async ({ client, accountId: account_id }) => {
      const { uuid } = await client.d1.database.create({ account_id, name: "shop" });
      return { name: "DB", type: "d1", id: uuid };
    },
    'env.DB.prepare("select 1 + 1 as two").first("two")',
    2,
  ],
  [
    "an R2 bucket",
    async ({ client, accountId: account_id }) => {
      await client.r2.buckets.create({ account_id, name: "files" });
      return { name: "FILES", type: "r2_bucket", bucket_name: "files" };
    },
    'env.FILES.put("key", "value").then(() => env.FILES.get("key")).then((file) => file.text())',
    "value",
  ],
  [
    "a queue",
    async ({ client, accountId: account_id }) => {
      await client.queues.create({ account_id, queue_name: "jobs" });
      return { name: "JOBS", type: "queue", queue_name: "jobs" };
    },
    "env.JOBS.send({}).then(() => 1)",
    1,
  ],
  [
    "a secret of the Secrets Store",
    async ({ client, accountId: account_id }) => {
      const { id } = await client.secretsStore.stores.create({ account_id, name: "shared" });
      const value = { name: "KEY", scopes: ["workers" as const], value: CANARY };
      await client.secretsStore.stores.secrets.create(id, { account_id, body: [value] });
      return { name: "KEY", type: "secrets_store_secret", store_id: id, secret_name: "KEY" };
    },
    "env.KEY.get().then((value) => value.length)",
    CANARY.length,
  ],
  [
    "a raw key",
    {
      name: "KEY",
      type: "secret_key",
      format: "raw",
      key_base64: Buffer.from(CANARY).toString("base64"),
      ...HMAC,
    },
    SIGN,
    32,
  ],
  [
    "a JSON Web Key",
    {
      name: "KEY",
      type: "secret_key",
      format: "jwk",
      key_jwk: { kty: "oct", k: Buffer.from(CANARY).toString("base64url") },
      ...HMAC,
    },
    SIGN,
    32,
  ],
  [
    "a private key",
    {
      name: "KEY",
      type: "secret_key",
      format: "pkcs8",
      key_base64: ed25519("pkcs8"),
      algorithm: { name: "Ed25519" },
      usages: ["sign"],
    },
    'crypto.subtle.sign("Ed25519", env.KEY, new Uint8Array(1)).then((bytes) => bytes.byteLength)',
    64,
  ],
  [
    "a public key",
    {
      name: "KEY",
      type: "secret_key",
      format: "spki",
      key_base64: ed25519("spki"),
      algorithm: "Ed25519",
      usages: ["verify"],
    },
    "[env.KEY.type, env.KEY.extractable, env.KEY.usages].join()",
    "public,false,verify",
  ],
  [
    "a dataset of Analytics Engine",
    { name: "EVENTS", type: "analytics_engine", dataset: "events" },
    "env.EVENTS.writeDataPoint({ blobs: [] }) ?? 1",
    1,
  ],
  [
    "a rate limit",
    { name: "LIMIT", type: "ratelimit", namespace_id: "1", simple: { limit: 1, period: 10 } },
    'env.LIMIT.limit({ key: "one" }).then(() => env.LIMIT.limit({ key: "one" }))',
    { success: false },
  ],
  ["version metadata", { name: "VERSION", type: "version_metadata" }, "env.VERSION.id.length", 36],
];

function ed25519(format: "pkcs8" | "spki"): string {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const options = { format: "der", type: format } as const;
  const der =
    format === "spki"
      ? publicKey.export({ ...options, type: "spki" })
      : privateKey.export({ ...options, type: "pkcs8" });
  return der.toString("base64");
}

for (const [kind, made, expression, expected] of KINDS) {
  test(`${kind} works in a Worker, beside its secrets`, async (t) => {
    const subject = await start(t);
    const bindings = [typeof made === "function" ? await made(subject) : made, secret("API_KEY")];
    await subject.upload("w", { bindings }, worker(`[await ${expression}, typeof env.API_KEY]`));
    assert.deepEqual(await ask(subject, "w"), [expected, "string"]);
  });
}

test("Workers see each other's data and call each other, and keep the data over a deploy", async (t) => {
  const subject = await start(t);
  await subject.upload("greeter", {}, worker('"hello"', "export class Named {}"));
  const bindings = [await kvBinding(subject), { name: "GREETER", type: "service", service: "greeter" }];
  await subject.upload("writer", { bindings }, worker('env.CACHE.put("key", "value").then(() => "written")'));
  await subject.upload(
    "reader",
    { bindings },
    worker('[await env.CACHE.get("key"), await (await env.GREETER.fetch("http://greeter/")).json()]'),
  );
  assert.equal(await ask(subject, "writer"), "written");
  assert.deepEqual(await ask(subject, "reader"), ["value", "hello"]);
  await subject.upload("greeter", {}, worker('"good day"'));
  await subject.upload("writer", { bindings: [] }, worker('"without a binding"'));
  assert.deepEqual(await ask(subject, "reader"), ["value", "good day"]);
  assert.equal(await ask(subject, "writer"), "without a binding");
});

test("a Durable Object keeps its data over a deploy and a new class name, until its class is deleted", async (t) => {
  const subject = await start(t);
  const deploy = (name: string, migrations: object) =>
    subject.upload(
      "w",
      { bindings: [{ name: "COUNTER", type: "durable_object_namespace", class_name: name }], migrations },
      worker(COUNT, COUNTER(name)),
    );
  await deploy("Counter", { new_tag: "v1", new_sqlite_classes: ["Counter"] });
  assert.deepEqual([await ask(subject, "w"), await ask(subject, "w")], [1, 2]);
  await deploy("Counter", { new_tag: "v1", new_sqlite_classes: ["Counter"] });
  assert.equal(await ask(subject, "w"), 3);
  const renamed = [{ from: "Counter", to: "Renamed" }];
  await deploy("Renamed", { old_tag: "v1", new_tag: "v2", renamed_classes: renamed });
  assert.equal(await ask(subject, "w"), 4);
  const steps = [{ deleted_classes: ["Renamed"] }, { new_sqlite_classes: ["Renamed"] }];
  await deploy("Renamed", { old_tag: "v2", new_tag: "v4", steps });
  assert.equal(await ask(subject, "w"), 1);
});

test("no request fails while a Worker with shared data is deployed", async (t) => {
  const subject = await start(t);
  const count = worker('env.CACHE.get("key").then(() => 1)');
  const bindings = [await kvBinding(subject)];
  await subject.upload("w", { bindings }, count);
  const url = subject.cloudflare.workerUrl(subject.accountId, "w") ?? "";
  let deploying = true;
  const statuses = new Set<number>();
  const visitor = async (): Promise<void> => {
    while (deploying) statuses.add((await fetch(url)).status);
  };
  const visitors = Array.from({ length: 4 }, visitor);
  await subject.upload("other", { bindings }, count);
  await subject.upload("w", { bindings }, count);
  deploying = false;
  await Promise.all(visitors);
  assert.deepEqual([...statuses], [200]);
});

test("two Workers that are deployed at the same time both get their new version", async (t) => {
  const subject = await start(t);
  const bindings = [await kvBinding(subject)];
  const names = ["a", "b", "c"];
  for (const version of [1, 2]) {
    const code = worker(`env.CACHE.get("key").then(() => ${version})`);
    await Promise.all(names.map((name) => subject.upload(name, { bindings }, code)));
    assert.deepEqual(
      await Promise.all(names.map((name) => ask(subject, name))),
      names.map(() => version),
    );
  }
});

test("the API and Workers see the same pairs of a KV namespace, and the same secrets of a store", async (t) => {
  const subject = await start(t);
  const { client, accountId: account_id } = subject;
  const namespace = await kvBinding(subject);
  const path = `storage/kv/namespaces/${namespace.namespace_id}/values`;
  await subject.send("PUT", `${path}/before`, "1");
  const { id } = await client.secretsStore.stores.create({ account_id, name: "shared" });
  const { secrets } = client.secretsStore.stores;
  const made = { name: "KEY", scopes: ["workers" as const], value: CANARY };
  const created = await secrets.create(id, { account_id, body: [made] });
  const store = { name: "KEY", type: "secrets_store_secret", store_id: id, secret_name: "KEY" };
  await subject.upload(
    "w",
    { bindings: [namespace, store] },
    worker(`env.CACHE.put("by-worker", "2").then(async () => [
      await env.CACHE.get("before"), await env.KEY.get().then((value) => value.length, (error) => error.message)])`),
  );
  assert.deepEqual(await ask(subject, "w"), ["1", CANARY.length]);
  assert.equal(await (await subject.send("GET", `${path}/by-worker`)).text(), "2");
  const later = await client.kv.namespaces.create({ account_id, title: "later" });
  await subject.send("PUT", `storage/kv/namespaces/${later.id}/values/key`, "4");

  const secretId = created.result[0]?.id ?? "";
  await secrets.edit(secretId, { account_id, store_id: id, value: `${CANARY}!` });
  await subject.send("PUT", `${path}/before`, "3");
  assert.deepEqual(await ask(subject, "w"), ["3", CANARY.length + 1], "without a deploy");
  await secrets.delete(secretId, { account_id, store_id: id });
  assert.deepEqual(await ask(subject, "w"), ["3", 'Secret "KEY" not found']);
});

test(
  "a namespace with more keys than a page has is listed whole, and ends with all of them",
  { timeout: 30_000 },
  async (t) => {
    const subject = await start(t);
    const namespace = await kvBinding(subject);
    const path = `storage/kv/namespaces/${namespace.namespace_id}`;
    const fill =
      "Promise.all(Array.from({ length: 1001 }, (_, at) => env.CACHE.put(`key-${at}`, 'x'))).then(() => 1)";
    await subject.upload("w", { bindings: [namespace] }, worker(fill));
    assert.equal(await ask(subject, "w"), 1);
    assert.equal(((await subject.result("GET", `${path}/keys`)) as unknown as object[]).length, 1001);
    await subject.upload(
      "w",
      { bindings: [namespace] },
      worker("env.CACHE.list().then(({ keys }) => keys.length)"),
    );
    await subject.send("DELETE", path);
    assert.equal(await ask(subject, "w"), 0);
  },
);

test("code that uses its bindings while it starts is deployed, and if it fails only with them, all stays as it was", async (t) => {
  const subject = await start(t);
  const bindings = [await kvBinding(subject)];
  await subject.upload("other", { bindings }, worker('env.CACHE.put("key", "value").then(() => "other")'));
  assert.equal(await ask(subject, "other"), "other");
  const deploy = (prepare: string) =>
    subject.upload(
      "w",
      { bindings, compatibility_date: "2025-06-01" },
      `import { env } from "cloudflare:workers";
       const prepared = ${prepare};
       ${worker('env.CACHE.get("key").then((value) => [value, typeof prepared])')}`,
    );
  await deploy("env.CACHE.get.bind(env.CACHE)");
  assert.deepEqual(await ask(subject, "w"), ["value", "function"]);
  assert.equal((await refusal(deploy("new env.CACHE()"))).code, 10021);
  assert.deepEqual(await ask(subject, "w"), ["value", "function"]);
  assert.equal(await ask(subject, "other"), "other");
});

test("a workflow runs the steps of its class", async (t) => {
  const subject = await start(t);
  const code = `import { WorkflowEntrypoint } from "cloudflare:workers";
    export class Order extends WorkflowEntrypoint {
      async run(event, step) {
        const paid = await step.do("pay", async () => event.payload.price + 1);
        return step.do("ship", async () => ["shipped", paid, typeof this.env.API_KEY]);
      }
    }
    export default { async fetch(request, env) {
      const { pathname } = new URL(request.url);
      if (pathname === "/") return Response.json((await env.ORDERS.create({ params: { price: 1 } })).id);
      return Response.json(await (await env.ORDERS.get(pathname.slice(1))).status());
    } };`;
  const workflow = { name: "ORDERS", type: "workflow", workflow_name: "orders", class_name: "Order" };
  await subject.upload(
    "w",
    { bindings: [workflow, secret("API_KEY")], compatibility_date: "2025-01-01" },
    code,
  );
  const url = subject.cloudflare.workerUrl(subject.accountId, "w") ?? "";
  const id = String(await ask(subject, "w"));
  const status = async () =>
    (await (await fetch(`${url}/${id}`)).json()) as { status: string; output: unknown };
  let last = await status();
  while (["queued", "running", "waiting"].includes(last.status)) last = await status();
  assert.deepEqual([last.status, last.output], ["complete", ["shipped", 2, "string"]]);
});

test("a Worker that others call is deleted only by force, and calling it then says so", async (t) => {
  const subject = await start(t);
  const sum = `import { WorkerEntrypoint } from "cloudflare:workers";
    export class Sum extends WorkerEntrypoint { add(a, b) { return a + b; } }
    export default {};`;
  await subject.upload("sums", {}, sum);
  const service = { name: "SUMS", type: "service", service: "sums", entrypoint: "Sum" };
  const add =
    "(async () => { try { return await env.SUMS.add(1, 2); } catch (error) { return error.message; } })()";
  await subject.upload("w", { bindings: [service], compatibility_date: "2025-01-01" }, worker(add));
  assert.equal(await ask(subject, "w"), 3);
  assert.equal((await refusal(subject.send("DELETE", "workers/scripts/sums"))).code, 10064);
  assert.equal(await ask(subject, "w"), 3);
  await subject.send("DELETE", "workers/scripts/sums?force=true");
  assert.equal(await ask(subject, "w"), "env.SUMS is not available: the Worker sums was deleted.");
});

test("what this machine does not have throws when it is used, and says so", async (t) => {
  const subject = await start(t);
  const use = worker(
    '(() => { try { return env.AI.run("model"); } catch (error) { return error.message; } })()',
  );
  await subject.upload("w", { bindings: [{ name: "AI", type: "ai" }] }, use);
  assert.match(String(await ask(subject, "w")), /^env\.AI is not available on this machine/);
});

test("a binding that Cloudflare would refuse is refused, and what is live stays", async (t) => {
  const subject = await start(t);
  await subject.upload("w", {}, worker('"live"'));
  const counter = { name: "COUNTER", type: "durable_object_namespace", class_name: "Counter" };
  const refused: [object[], object | undefined, number, RegExp][] = [
    [[{ name: "A", type: "no_such_type" }], undefined, 10021, /no_such_type/],
    [[{ name: "A", type: "kv_namespace", namespace_id: "none" }], undefined, 10041, /KV namespace 'none'/],
    [[{ name: "A", type: "d1", id: "none" }], undefined, 10181, /D1 database 'none'/],
    [[{ name: "A", type: "r2_bucket", bucket_name: "none" }], undefined, 10085, /R2 bucket 'none'/],
    [[{ name: "A", type: "queue", queue_name: "none" }], undefined, 11000, /queue 'none'/],
    [
      [{ name: "A", type: "secrets_store_secret", store_id: "none", secret_name: "none" }],
      undefined,
      10182,
      /Secrets Store 'none'/,
    ],
    [[{ name: "A", type: "service", service: "none" }], undefined, 10143, /'none' does not exist/],
    [
      [{ name: "A", type: "service", service: "w", entrypoint: "None" }],
      undefined,
      10144,
      /exports no 'None'/,
    ],
    [
      [{ name: "A", type: "workflow", workflow_name: "o", class_name: "None" }],
      undefined,
      10144,
      /exports no 'None'/,
    ],
    [[counter], undefined, 10061, /class 'Counter'/],
    [[], { new_tag: "v1", new_classes: ["None"] }, 10064, /does not export class 'None'/],
    [[], { old_tag: "v0", new_tag: "v1", new_classes: ["Counter"] }, 10079, /old_tag is 'v0'/],
    [[], { new_tag: "v1", deleted_classes: ["None"] }, 10021, /Cannot delete class 'None'/],
    [[], { new_tag: "v1", renamed_classes: [{ from: "None", to: "Counter" }] }, 10021, /Cannot rename class/],
  ];
  for (const [bindings, migrations, code, message] of refused) {
    for (const name of ["w", "new"]) {
      const metadata = { bindings, ...(migrations && { migrations }) };
      const error = await refusal(subject.upload(name, metadata, worker('"new"', COUNTER("Counter"))));
      assert.equal(error.code, code);
      assert.match(error.message, message);
    }
  }
  assert.equal(await ask(subject, "w"), "live");
});
