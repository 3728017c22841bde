import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal, secret, start, type Subject } from "../../support/api";

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
const NAMESPACE = { name: "CACHE", type: "kv_namespace", namespace_id: "namespace" };

async function ask(subject: Subject, name: string): Promise<unknown> {
  return JSON.parse(await subject.ask(name));
}

const KINDS: [string, object, string, unknown][] = [
  ["a KV namespace", NAMESPACE, 'env.CACHE.put("key", "value").then(() => env.CACHE.get("key"))', "value"],
  [
    "a D1 database",
    { name: "DB", type: "d1", id: "database" },
    'env.DB.prepare("select 1 + 1 as two").first("two")',
    2,
  ],
  [
    "an R2 bucket",
    { name: "FILES", type: "r2_bucket", bucket_name: "bucket" },
    'env.FILES.put("key", "value").then(() => env.FILES.get("key")).then((file) => file.text())',
    "value",
  ],
  ["a queue", { name: "JOBS", type: "queue", queue_name: "jobs" }, "env.JOBS.send({}).then(() => 1)", 1],
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

for (const [kind, binding, expression, expected] of KINDS) {
  test(`${kind} works in a Worker, beside its secrets`, async (t) => {
    const subject = await start(t);
    const bindings = [binding, secret("API_KEY")];
    await subject.upload("w", { bindings }, worker(`[await ${expression}, typeof env.API_KEY]`));
    assert.deepEqual(await ask(subject, "w"), [expected, "string"]);
  });
}

test("Workers see each other's data and call each other, and keep the data over a deploy", async (t) => {
  const subject = await start(t);
  await subject.upload("greeter", {}, worker('"hello"', "export class Named {}"));
  const bindings = [NAMESPACE, { name: "GREETER", type: "service", service: "greeter" }];
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
  await subject.upload("w", { bindings: [NAMESPACE] }, count);
  const url = subject.cloudflare.workerUrl(subject.accountId, "w") ?? "";
  let deploying = true;
  const statuses = new Set<number>();
  const visitor = async (): Promise<void> => {
    while (deploying) statuses.add((await fetch(url)).status);
  };
  const visitors = Array.from({ length: 4 }, visitor);
  await subject.upload("other", { bindings: [NAMESPACE] }, count);
  await subject.upload("w", { bindings: [NAMESPACE] }, count);
  deploying = false;
  await Promise.all(visitors);
  assert.deepEqual([...statuses], [200]);
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
    [[{ name: "A", type: "service", service: "none" }], undefined, 10143, /'none' does not exist/],
    [
      [{ name: "A", type: "service", service: "w", entrypoint: "None" }],
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
