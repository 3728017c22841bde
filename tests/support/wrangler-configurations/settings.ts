import { type Configuration, ECHO } from "./configuration";

/** Settings, variables, environments, routes, and what only the dashboard knows. */
export const SETTINGS: Readonly<Record<string, Configuration>> = {
  settings: {
    files: {
      "wrangler.toml": `name = "settings"
main = "src/index.js"
compatibility_date = "2025-09-01"
compatibility_flags = ["nodejs_compat"]
workers_dev = true
preview_urls = false
logpush = true
upload_source_maps = true
limits = { cpu_ms = 50 }
placement = { mode = "smart" }
tail_consumers = [{ service = "log-sink" }]

[vars]
STAGE = "production"
LIMIT = 3
FLAGS = { beta = true, names = ["a", "b"] }

[observability]
enabled = true
head_sampling_rate = 0.5

[observability.logs]
enabled = true
invocation_logs = false

[triggers]
crons = ["*/5 * * * *", "0 3 * * *"]

[dev]
port = 8790
`,
      "src/index.js": `import { Buffer } from "node:buffer";
export default { fetch: (request, env) => Response.json([Buffer.from("x").length, env.STAGE, env.LIMIT, env.FLAGS]) };
`,
    },
    workers: [["prod", "settings"]],
    requests: ["GET /"],
    secrets: ["API_KEY", "SIGNING_KEY"],
    leftOut: [],
  },

  environments: {
    files: {
      "wrangler.jsonc": `{
  // Each environment is a Worker of its own.
  "$schema": "node_modules/wrangler/config-schema.json",
  "name": "shop",
  "main": "src/index.js",
  "compatibility_date": "2026-01-01",
  "vars": { "STAGE": "dev", "REGION": "eu" },
  "env": {
    "staging": {
      "vars": { "STAGE": "staging", "REGION": "eu" },
      "routes": [{ "pattern": "staging.example.com/*", "zone_name": "example.com" }],
    },
    "production": {
      "name": "shop-live",
      "vars": { "STAGE": "production", "REGION": "eu" },
      "routes": [
        { "pattern": "shop.example.com", "custom_domain": true },
        { "pattern": "example.com/shop/*", "zone_name": "example.com" },
      ],
      "triggers": { "crons": ["0 * * * *"] },
      "observability": { "enabled": true },
    },
  },
}
`,
      "src/index.js": ECHO,
    },
    environments: ["staging", "production"],
    workers: [
      ["staging", "shop-staging"],
      ["production", "shop-live"],
    ],
    requests: ["GET /"],
    secrets: ["API_KEY"],
    before: [["GET /zones?name=example.com"]],
    leftOut: [],
  },

  dashboard: {
    files: {
      "wrangler.json": JSON.stringify({
        name: "dashboard",
        main: "worker.js",
        compatibility_date: "2026-01-01",
        keep_vars: true,
        preview_urls: true,
        send_metrics: false,
        vars: { STAGE: "production", CHANGED: "in the configuration" },
        unheard_of: true,
      }),
      "worker.js": ECHO,
    },
    workers: [["prod", "dashboard"]],
    requests: ["GET /"],
    secrets: ["API_KEY", "BY_HAND"],
    after: [["PATCH {account}/workers/scripts/dashboard/settings", addedInDashboard()]],
    leftOut: ["unheard_of", "preview_urls", "binding ADDED"],
  },

  "service-worker": {
    files: {
      "wrangler.toml": `name = "service-worker"
main = "worker.js"
compatibility_date = "2024-01-01"
account_id = "0123456789abcdef0123456789abcdef"

[vars]
GREETING = "Hello"
`,
      "worker.js": `addEventListener("fetch", (event) => event.respondWith(new Response(GREETING + TOKEN.length)));\n`,
    },
    workers: [["prod", "service-worker"]],
    requests: ["GET /"],
    secrets: ["TOKEN"],
    leftOut: ["main"],
  },
};

/** The form in which the dashboard changes settings, which keeps what it inherits. */
function addedInDashboard(): FormData {
  const kept = ["STAGE", "CHANGED", "API_KEY", "BY_HAND"].map((name) => ({ type: "inherit", name }));
  const form = new FormData();
  const bindings = [...kept, { type: "plain_text", name: "ADDED", text: "in the dashboard" }];
  form.append("settings", JSON.stringify({ bindings }));
  return form;
}
