import { type Configuration, ECHO } from "./configuration";

/** (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)) */
const ADD = Buffer.from("AGFzbQEAAAABBwFgAn9/AX8DAgEABwcBA2FkZAAACgkBBwAgACABags=", "base64");

/** How the code is built, and static assets. */
export const CODE: Readonly<Record<string, Configuration>> = {
  modules: {
    files: {
      "wrangler.toml": `name = "modules"
main = "src/index.ts"
compatibility_date = "2026-01-01"
compatibility_flags = ["nodejs_compat"]
minify = true
tsconfig = "tsconfig.build.json"

[define]
VERSION = '"1.2.3"'

[build]
command = "true"

[[rules]]
type = "Text"
globs = ["**/*.html"]
fallthrough = true
`,
      "tsconfig.build.json": JSON.stringify({ compilerOptions: { paths: { "@/*": ["./src/*"] } } }),
      "src/index.ts": `import * as path from "node:path";
import { greet } from "@/greet";
import page from "./page.html";
import notes from "./notes.txt";
import bytes from "./data.bin";
import add from "./add.wasm";
declare const VERSION: string;
export default {
  async fetch(): Promise<Response> {
    const { exports } = await WebAssembly.instantiate(add);
    return Response.json([path.basename("/a/b"), greet(), page, notes, bytes.byteLength, exports.add(2, 3), VERSION]);
  },
};
`,
      "src/greet.ts": `export const greet = (): string => "Hello";\n`,
      "src/page.html": "<p>A page</p>",
      "src/notes.txt": "Some notes",
      "src/data.bin": new Uint8Array([1, 2, 3]),
      "src/add.wasm": ADD,
    },
    workers: [["prod", "modules"]],
    requests: ["GET /"],
    leftOut: ["build"],
  },

  "no-bundle": {
    files: {
      "wrangler.toml": `name = "no-bundle"
main = "dist/index.js"
compatibility_date = "2026-01-01"
no_bundle = true

[[rules]]
type = "ESModule"
globs = ["**/*.js"]
`,
      "dist/index.js": `import { greet } from "./greet.js";\nexport default { fetch: () => new Response(greet()) };\n`,
      "dist/greet.js": `export const greet = () => "Hello";\n`,
    },
    workers: [["prod", "no-bundle"]],
    requests: ["GET /"],
    leftOut: ["no_bundle", "rules"],
  },

  site: {
    files: {
      "wrangler.jsonc": JSON.stringify({
        name: "site",
        compatibility_date: "2026-01-01",
        assets: {
          directory: "./public",
          not_found_handling: "404-page",
          html_handling: "drop-trailing-slash",
        },
      }),
      "public/index.html": "<h1>Home</h1>",
      "public/404.html": "<h1>Not here</h1>",
      "public/about.html": "<h1>About</h1>",
      "public/_headers": "/*\n  X-Frame-Options: DENY\n",
      "public/_redirects": "/old /about 301\n",
    },
    workers: [["prod", "site"]],
    requests: ["GET /", "GET /about", "GET /old", "GET /nothing"],
    added: [{ name: "ASSETS", type: "assets" }],
    leftOut: ["assets"],
  },

  "assets-and-code": {
    files: {
      "wrangler.toml": `name = "app"
main = "server/index.js"
compatibility_date = "2026-01-01"

[assets]
directory = "dist/client"
binding = "ASSETS"
not_found_handling = "single-page-application"
run_worker_first = ["/api/*"]
`,
      "dist/client/index.html": "<h1>App</h1>",
      "server/index.js": `export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    return pathname === "/api/page" ? env.ASSETS.fetch(new URL("/", request.url)) : Response.json({ pathname });
  },
};
`,
    },
    workers: [["prod", "app"]],
    requests: ["GET /", "GET /deep/link", "GET /api/hello", "GET /api/page"],
    leftOut: [],
  },

  everything: {
    files: {
      "wrangler.jsonc": JSON.stringify({
        name: "everything",
        main: "src/index.js",
        compatibility_date: "2026-01-01",
        ai: { binding: "AI" },
        analytics_engine_datasets: [{ binding: "EVENTS", dataset: "events" }],
        browser: { binding: "BROWSER" },
        dispatch_namespaces: [{ binding: "TENANTS", namespace: "tenants", outbound: { service: "guard" } }],
        hyperdrive: [
          {
            binding: "SQL",
            id: "a".repeat(32),
            localConnectionString: "postgres://user:password@localhost/db",
          },
        ],
        images: { binding: "IMAGES" },
        mtls_certificates: [{ binding: "CERT", certificate_id: "11111111-2222-3333-4444-555555555555" }],
        pipelines: [{ binding: "EVENTS_OUT", pipeline: "events" }],
        ratelimits: [{ name: "LIMITER", namespace_id: "1001", simple: { limit: 10, period: 60 } }],
        secrets_store_secrets: [{ binding: "SHARED", store_id: "{store}", secret_name: "shared" }],
        send_email: [{ name: "MAIL", allowed_destination_addresses: ["a@example.com"] }],
        vectorize: [{ binding: "INDEX", index_name: "docs" }],
        version_metadata: { binding: "VERSION" },
        vpc_services: [{ binding: "INSIDE", service_id: "0199295b-b3ac-7760-8246-bca40877b3e9" }],
        worker_loaders: [{ binding: "LOADER" }],
      }),
      "src/index.js": ECHO,
    },
    before: [
      ["POST {account}/secrets_store/stores", { name: "default" }],
      [
        "POST {account}/secrets_store/stores/{store}/secrets",
        [{ name: "shared", value: "a shared secret", scopes: ["workers"] }],
      ],
    ],
    workers: [["prod", "everything"]],
    requests: ["GET /"],
    leftOut: [],
  },
};
