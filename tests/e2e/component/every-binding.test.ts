import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import { test } from "node:test";
import * as cloudflare from "@pulumi/cloudflare";
import type * as pulumi from "@pulumi/pulumi";
import { WorkerScript } from "../../../component";
import { filesWith } from "../../support/live-stack";
import { ACCOUNT_ID as accountId, type Program, startWorld } from "../../support/world";

const CANARY = "canary94d1e7b6";

type Which = "one" | "two";
type Binding = { readonly type: string } & Record<string, pulumi.Input<unknown>>;

interface Kind {
  /** Declares a resource, if there is one, and returns a binding to it. */
  readonly bind: (which: Which, store: cloudflare.SecretsStore) => Binding;
  /** An expression that uses the binding. */
  readonly use: string;
  /** What the expression gives. */
  readonly gives: Readonly<Record<Which, unknown>>;
}

/** Every kind that works on this machine, and one that does not, by the binding's name. */
const KINDS: Readonly<Record<string, Kind>> = {
  KV: {
    bind: (which) => {
      const namespace = new cloudflare.WorkersKvNamespace(which, { accountId, title: which });
      const pair = { accountId, namespaceId: namespace.id, keyName: "key", value: which };
      new cloudflare.WorkersKv(which, pair);
      return { type: "kv_namespace", namespaceId: namespace.id };
    },
    use: 'env.KV.get("key")',
    gives: { one: "one", two: "two" },
  },
  DB: {
    bind: (which) => {
      const { id } = new cloudflare.D1Database(which, { accountId, name: which });
      return { type: "d1", id };
    },
    use: `env.DB.exec("create table if not exists visits (at integer); insert into visits values (1);")
        .then(() => env.DB.prepare("select count(*) as visits from visits").first("visits"))`,
    gives: { one: 1, two: 1 },
  },
  FILES: {
    bind: (which) => {
      const bucket = new cloudflare.R2Bucket(which, { accountId, name: `bucket-${which}` });
      return { type: "r2_bucket", bucketName: bucket.name };
    },
    use: 'env.FILES.list().then(async ({ objects }) => (await env.FILES.put("key", "value"), objects.length))',
    gives: { one: 0, two: 0 },
  },
  JOBS: {
    bind: (which) => {
      const queue = new cloudflare.Queue(which, { accountId, queueName: `queue-${which}` });
      return { type: "queue", queueName: queue.queueName };
    },
    use: 'env.JOBS.send("job").then(() => "sent")',
    gives: { one: "sent", two: "sent" },
  },
  COUNTER: {
    bind: (which) => ({ type: "durable_object_namespace", className: which === "one" ? "One" : "Two" }),
    use: `env.COUNTER.get(env.COUNTER.idFromName("counter")).fetch("http://counter/")
      .then((answer) => answer.json())`,
    gives: { one: ["One", 1], two: ["Two", 1] },
  },
  OTHER: {
    bind: (which) => {
      const content = `export default { fetch: () => Response.json("${which}") };`;
      const { name } = new WorkerScript(which, { accountId, name: which, content });
      return { type: "service", service: name };
    },
    use: 'env.OTHER.fetch("http://other/").then((answer) => answer.json())',
    gives: { one: "one", two: "two" },
  },
  ORDERS: {
    bind: (which) => ({
      type: "workflow",
      workflowName: "orders",
      className: which === "one" ? "Order" : "Return",
    }),
    use: "env.ORDERS.create().then(({ id }) => typeof id)",
    gives: { one: "string", two: "string" },
  },
  STORED: {
    bind: (which, store) => {
      const value = `${CANARY}${which === "one" ? "" : "-2"}`;
      const secret = { accountId, storeId: store.id, name: which, scopes: ["workers"], value };
      const { name } = new cloudflare.SecretsStoreSecret(which, secret);
      return { type: "secrets_store_secret", storeId: store.id, secretName: name };
    },
    use: "env.STORED.get().then((value) => value.length)",
    gives: { one: CANARY.length, two: CANARY.length + 2 },
  },
  KEY: {
    bind: (which) => ({
      type: "secret_key",
      algorithm: JSON.stringify({ name: "HMAC", hash: which === "one" ? "SHA-256" : "SHA-512" }),
      format: "raw",
      usages: ["sign"],
      keyBase64: `${CANARY}AA`,
    }),
    use: 'crypto.subtle.sign("HMAC", env.KEY, new Uint8Array(1)).then((bytes) => bytes.byteLength)',
    gives: { one: 32, two: 64 },
  },
  EVENTS: {
    bind: (which) => ({ type: "analytics_engine", dataset: which }),
    use: 'env.EVENTS.writeDataPoint({ blobs: ["event"] }) ?? "written"',
    gives: { one: "written", two: "written" },
  },
  LIMIT: {
    bind: (which) => ({
      type: "ratelimit",
      namespaceId: "1",
      simple: { limit: which === "one" ? 1 : 2, period: 60 },
    }),
    use: 'env.LIMIT.limit({ key: "key" }).then(() => env.LIMIT.limit({ key: "key" }))',
    gives: { one: { success: false }, two: { success: true } },
  },
  SETTINGS: {
    bind: (which) => ({ type: "json", json: JSON.stringify([which]) }),
    use: "env.SETTINGS[0]",
    gives: { one: "one", two: "two" },
  },
  VERSION: {
    bind: () => ({ type: "version_metadata" }),
    use: "env.VERSION.id.length",
    gives: { one: 36, two: 36 },
  },
  MODEL: {
    bind: () => ({ type: "ai" }),
    use: '(() => { try { return env.MODEL.run("model"); } catch (error) { return error.message.split(":")[0]; } })()',
    gives: {
      one: "env.MODEL is not available on this machine",
      two: "env.MODEL is not available on this machine",
    },
  },
};

/** Answers with what each binding of its `env` gives, and whether each secret has its value. */
const CONTENT = `import { DurableObject, WorkflowEntrypoint } from "cloudflare:workers";
const counter = (name) => class extends DurableObject {
  async fetch() {
    const count = (await this.ctx.storage.get("count") ?? 0) + 1;
    await this.ctx.storage.put("count", count);
    return Response.json([name, count]);
  }
};
export const One = counter("One"), Two = counter("Two");
export class Order extends WorkflowEntrypoint {}
export class Return extends WorkflowEntrypoint {}
export default { async fetch(request, env) {
  const uses = { API_KEY: () => env.API_KEY.length, ${Object.entries(KINDS)
    .map(([name, { use }]) => `${name}: () => ${use}`)
    .join(",\n")} };
  const given = Object.keys(env).map(async (name) => [name, await uses[name]()]);
  return Response.json(Object.fromEntries(await Promise.all(given)));
} };`;

/** Declares all resources and a Worker that is bound to the first or the second of each kind, or to none. */
function program(which: Which | undefined): Program {
  return () => {
    const store = new cloudflare.SecretsStore("store", { accountId, name: "shared" });
    const bindings = Object.entries(KINDS).flatMap(([name, { bind }]) => {
      const made = { one: bind("one", store), two: bind("two", store) };
      return which === undefined ? [] : [{ name, ...made[which] }];
    });
    new WorkerScript("worker", {
      accountId,
      name: "script_1",
      content: CONTENT,
      compatibilityDate: "2026-01-01",
      migrations: { newTag: "v1", newSqliteClasses: ["One", "Two"] },
      secretTextBindings: [{ name: "API_KEY", text: CANARY }],
      bindings: bindings,
    });
    return {};
  };
}

test("a binding of each kind is declared, used, changed and removed, and no secret is seen", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  let output = "";
  for (const which of ["one", "two"] as const) {
    output += await stack.up(program(which));
    const gives = Object.entries(KINDS).map(([name, kind]) => [name, kind.gives[which]] as const);
    assert.deepEqual(await world.ask(), { API_KEY: CANARY.length, ...Object.fromEntries(gives) });
  }
  output += await stack.up(program(undefined));
  assert.deepEqual(await world.ask(), { API_KEY: CANARY.length });
  output += await stack.destroy();
  assert.ok(!output.includes(CANARY), "a secret is in the output");
  assert.deepEqual(await filesWith(CANARY, world.folder), []);
});
