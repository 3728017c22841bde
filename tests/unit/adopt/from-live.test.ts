import type { Account } from "../../../commands/adopt/account";
import { fromLive } from "../../../commands/adopt/from-live";
import type { LiveWorker } from "../../../commands/adopt/live";
import { ACCOUNT, BARE, keysLeftOut } from "../../support/adopted-environment";

function adopt(
  live: Partial<LiveWorker>,
  files: readonly File[],
  names: readonly string[] = [],
  consumes: readonly string[] = [],
) {
  const account = {
    id: ACCOUNT,
    code: () => Promise.resolve(files),
    zones: () => Promise.resolve([{ id: "zone-1" }, { id: "zone-2" }]),
    routes: (zoneId: string) =>
      Promise.resolve(
        zoneId === "zone-2"
          ? [
              { pattern: "b.com/*", zoneId, id: "r", script: "shop" },
              { pattern: "c.com/*", zoneId, id: "s", script: "another" },
            ]
          : [],
      ),
    consumedBy: () => Promise.resolve(consumes),
  } as unknown as Account;
  const given = names.map((name, at) => ({ name, line: at + 1 }));
  return fromLive({ account, scriptName: "shop", stack: "prod", given }, { ...BARE, ...live });
}

const code = (...names: string[]) =>
  names.map((name) => new File(["code"], name, { type: "application/javascript+module" }));
const namesOf = ({ code }: Awaited<ReturnType<typeof adopt>>) =>
  code.kind === "files" ? code.files.map(({ name }) => name) : code.kind;

test("a live Worker is taken with its bindings, its settings and the routes of all zones", async () => {
  const environment = await adopt(
    {
      bindings: {
        API_KEY: { type: "secret_text" },
        KEPT: { type: "secret_text" },
        SIGNER: { type: "secret_key" },
        STAGE: { type: "plain_text", text: "prod" },
        LIMIT: { type: "json", json: 3 },
        CACHE: { type: "kv_namespace", namespace_id: "kv-1" },
        COUNTER: { type: "durable_object_namespace", class_name: "Counter", namespace_id: "ns" },
        TENANTS: {
          type: "dispatch_namespace",
          namespace: "t",
          outbound: { worker: { service: "o" }, params: [{ name: "p" }] },
        },
        SHARED: { type: "secrets_store_secret", store_id: "s", secret_name: "shared" },
      },
      settings: { compatibility_date: "2025-01-01", logpush: false, limits: { cpu_ms: 50 }, placement: {} },
      crons: ["0 * * * *"],
    },
    code("index.js"),
    ["API_KEY", "ELSEWHERE"],
  );
  expect(environment).toMatchObject({
    isLive: true,
    configSecrets: ["API_KEY"],
    inherited: ["KEPT", "SIGNER"],
    variables: { STAGE: "prod" },
    bindings: [
      { type: "json", name: "LIMIT", json: "3" },
      { type: "kv_namespace", name: "CACHE", namespaceId: "kv-1" },
      { type: "durable_object_namespace", name: "COUNTER", className: "Counter" },
      { type: "dispatch_namespace", name: "TENANTS", outbound: { worker: { service: "o" }, params: ["p"] } },
    ],
    storeSecrets: [{ name: "SHARED", storeId: "s", secretName: "shared" }],
    settings: { compatibilityDate: "2025-01-01", limits: { cpuMs: 50 }, workersDev: true },
    routes: [{ pattern: "b.com/*", zoneId: "zone-2", id: "r" }],
    crons: ["0 * * * *"],
  });
  expect(environment.settings).not.toHaveProperty("logpush");
  expect(keysLeftOut(environment)).toEqual(["--secrets"]);
});

test("what Cloudflare does not hand out, and what the component would change, is named", async () => {
  const environment = await adopt(
    {
      hasAssets: true,
      settings: {
        placement: { mode: "smart" },
        tags: ["a"],
        cache_options: { enabled: true },
        usage_model: "standard",
      },
      previewUrls: true,
    },
    code("index.js"),
    [],
    ["orders"],
  );
  expect(environment.settings).toEqual({ keepAssets: true });
  expect(keysLeftOut(environment)).toEqual([
    "placement",
    "tags",
    "cache_options",
    "preview_urls",
    "assets",
    "queues.consumers",
  ]);
});

test("modules are named relative to the main one", async () => {
  expect(namesOf(await adopt({}, code("index.js", "./hash-add.wasm")))).toEqual([
    "index.js",
    "hash-add.wasm",
  ]);
  expect(namesOf(await adopt({}, code("src/index.js", "src/lib/a.js")))).toEqual(["index.js", "lib/a.js"]);
});

test.each(["../outside.js", "/etc/outside.js", "./../../outside.js", "a\\b.js", "b\0.js"])(
  "a module that would become a file elsewhere is refused: %j",
  async (name) => {
    await expect(adopt({}, code("index.js", name))).rejects.toThrow(/not below its main module/);
  },
);

test("a Worker of static assets only keeps them, and gets the code that hands them out", async () => {
  const environment = await adopt({ hasAssets: true, isModule: false }, []);
  expect(environment.code).toEqual({ kind: "assets", binding: "ASSETS" });
  expect(environment.bindings).toEqual([{ type: "assets", name: "ASSETS" }]);
  expect(environment.settings).toMatchObject({ workersDev: true, keepAssets: true });
  expect(environment.settings).not.toHaveProperty("module");
  expect(keysLeftOut(environment)).toEqual(["assets", "code"]);
});
