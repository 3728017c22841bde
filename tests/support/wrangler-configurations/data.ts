import type { Configuration } from "./configuration";

/** Bindings to what keeps data, and to other Workers. */
export const DATA: Readonly<Record<string, Configuration>> = {
  // Wrangler creates what has no id.
  storage: {
    files: {
      "wrangler.jsonc": JSON.stringify({
        name: "storage",
        main: "src/index.ts",
        compatibility_date: "2026-01-01",
        kv_namespaces: [{ binding: "CACHE", preview_id: "f".repeat(32) }],
        r2_buckets: [{ binding: "FILES", bucket_name: "storage-files", jurisdiction: "eu" }],
        d1_databases: [{ binding: "DB", database_name: "storage-db", migrations_dir: "sql" }],
        hyperdrive: [],
      }),
      "src/index.ts": `interface Env { CACHE: KVNamespace; FILES: R2Bucket; DB: D1Database }
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method === "PUT") {
      await env.CACHE.put("a", "kept in KV");
      await env.FILES.put("b", "kept in R2");
      await env.DB.exec("CREATE TABLE IF NOT EXISTS t (x TEXT PRIMARY KEY)");
      await env.DB.prepare("INSERT OR IGNORE INTO t VALUES (?)").bind("kept in D1").run();
      return new Response("put");
    }
    const file = await env.FILES.get("b");
    const row = await env.DB.prepare("SELECT x FROM t").all();
    return Response.json([await env.CACHE.get("a"), await file?.text(), row.results]);
  },
};
`,
    },
    before: [["POST {account}/r2/buckets", { name: "storage-files" }]],
    workers: [["prod", "storage"]],
    requests: ["PUT /", "GET /"],
    leftOut: [],
  },

  "durable-objects": {
    files: {
      "wrangler.toml": `name = "counter"
main = "src/index.js"
compatibility_date = "2026-01-01"

[[durable_objects.bindings]]
name = "COUNTER"
class_name = "Counter"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Count", "Old"]

[[migrations]]
tag = "v2"
renamed_classes = [{ from = "Count", to = "Counter" }]
deleted_classes = ["Old"]
`,
      "src/index.js": `import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  async keep() {
    await this.ctx.storage.put("kept", (await this.ctx.storage.get("kept")) ?? crypto.randomUUID());
    return this.ctx.storage.get("kept");
  }
}
export default {
  async fetch(request, env) {
    const counter = env.COUNTER.getByName("one");
    return new Response(await counter.keep());
  },
};
`,
    },
    workers: [["prod", "counter"]],
    requests: ["GET /"],
    secrets: ["KEY"],
    leftOut: ["migrations"],
  },

  queues: {
    files: {
      "wrangler.toml": `name = "orders"
main = "src/index.js"
compatibility_date = "2026-01-01"

[[queues.producers]]
queue = "orders"
binding = "ORDERS"

[[queues.consumers]]
queue = "orders"
max_batch_size = 5
max_retries = 2
`,
      "src/index.js": `export default {
  async fetch(request, env) {
    await env.ORDERS.send("an order");
    return new Response("sent");
  },
  async queue() {},
};
`,
    },
    before: [["POST {account}/queues", { queue_name: "orders" }]],
    workers: [["prod", "orders"]],
    requests: ["GET /"],
    leftOut: ["queues.consumers"],
  },

  services: {
    files: {
      "wrangler.jsonc": JSON.stringify({
        name: "front",
        main: "src/index.js",
        compatibility_date: "2026-01-01",
        services: [
          { binding: "COUNTER", service: "counter" },
          { binding: "SELF", service: "front", entrypoint: "Greeter" },
        ],
        durable_objects: { bindings: [{ name: "COUNTS", class_name: "Counter", script_name: "counter" }] },
        workflows: [{ binding: "SHIP", name: "ship", class_name: "Ship" }],
      }),
      "src/index.js": `import { WorkerEntrypoint, WorkflowEntrypoint } from "cloudflare:workers";
export class Greeter extends WorkerEntrypoint {
  async greet() {
    return "Hello";
  }
}
export class Ship extends WorkflowEntrypoint {
  async run() {}
}
export default {
  async fetch(request, env) {
    const count = await (await env.COUNTER.fetch(request)).text();
    return Response.json([count, await env.SELF.greet(), typeof env.COUNTS.idFromName, typeof env.SHIP.create]);
  },
};
`,
    },
    workers: [["prod", "front"]],
    requests: ["GET /"],
    leftOut: ["workflows"],
  },
};
