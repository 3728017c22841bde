import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ACCOUNT, adopt, adoptOne, BARE, keysLeftOut } from "../../support/adopted-environment";
import { CANARY } from "../../support/mock-stack";

const secret = { type: "secret_text" };

test("without asking Cloudflare, the program has what the configuration says, and the report what is not known", async () => {
  const environment = await adoptOne({
    vars: { STAGE: "prod", LIMIT: 3 },
    kv_namespaces: [{ binding: "CACHE", id: "kv-1", preview_id: "kv-2" }],
    hyperdrive: [{ binding: "SQL", id: "h-1", localConnectionString: `postgres://u:${CANARY}@h/db` }],
    routes: ["example.com/*"],
    migrations: [{ tag: "v1", new_sqlite_classes: ["Counter"] }],
  });
  expect(environment).toMatchObject({
    accountId: ACCOUNT,
    scriptName: "shop",
    isLive: undefined,
    code: { kind: "bundle", entry: "../src/index.ts", options: { sourceMap: false } },
    variables: { STAGE: "prod" },
    bindings: [
      { type: "json", name: "LIMIT", json: "3" },
      { type: "kv_namespace", name: "CACHE", namespaceId: "kv-1" },
      { type: "hyperdrive", name: "SQL", id: "h-1" },
    ],
    settings: { compatibilityDate: "2026-01-01", workersDev: false },
  });
  expect(keysLeftOut(environment)).toEqual(["routes example.com/*", "migrations", "secrets"]);
  expect(JSON.stringify(environment)).not.toContain(CANARY);
});

test("live secrets are inherited, except those whose values are given", async () => {
  const live = {
    ...BARE,
    bindings: { API_KEY: secret, BY_HAND: secret, STAGE: { type: "plain_text", text: "prod" } },
  };
  const environment = await adoptOne({ vars: { STAGE: "prod" } }, live, ["API_KEY", "STAGE", "OTHER"]);
  expect(environment).toMatchObject({ configSecrets: ["API_KEY"], inherited: ["BY_HAND"] });
  expect(keysLeftOut(environment)).toEqual(["--secrets"]);
});

test("what is live and not in the configuration is kept, and what differs is named", async () => {
  const live = {
    ...BARE,
    bindings: {
      STAGE: { type: "plain_text", text: "changed by hand" },
      ADDED: { type: "plain_text", text: "by hand" },
      CACHE: { type: "kv_namespace", namespace_id: "another" },
    },
  };
  const config = { vars: { STAGE: "prod" }, kv_namespaces: [{ binding: "CACHE", id: "kv-1" }] };
  const environment = await adoptOne(config, live);
  expect(environment.inherited).toEqual(["ADDED"]);
  expect(keysLeftOut(environment)).toEqual(["binding ADDED", "binding STAGE", "binding CACHE"]);
});

test("what Wrangler created has the id of the live binding, and is left out without one", async () => {
  const config = {
    kv_namespaces: [{ binding: "CACHE" }],
    d1_databases: [{ binding: "DB", database_name: "db" }],
  };
  const live = { ...BARE, bindings: { CACHE: { type: "kv_namespace", namespace_id: "kv-9" } } };
  const environment = await adoptOne(config, live);
  expect(environment.bindings).toEqual([{ type: "kv_namespace", name: "CACHE", namespaceId: "kv-9" }]);
  expect(keysLeftOut(environment)).toEqual(["binding DB"]);
});

test("a Worker that is not deployed yet gets all migrations and the secrets that it requires", async () => {
  const config = { migrations: MIGRATIONS, secrets: { required: ["API_KEY"] } };
  const environment = await adoptOne(config, "absent");
  expect(environment).toMatchObject({ isLive: false, configSecrets: ["API_KEY"], inherited: [] });
  expect(environment.settings["migrations"]).toEqual({
    newTag: "v2",
    steps: [{ newSqliteClasses: ["Old"] }, { renamedClasses: [{ from: "Old", to: "Counter" }] }],
  });
});

test("a live Worker gets the migrations that it has not had", async () => {
  const some = await adoptOne({ migrations: MIGRATIONS }, { ...BARE, migrationTag: "v1" });
  expect(some.settings["migrations"]).toEqual({
    oldTag: "v1",
    newTag: "v2",
    steps: [{ renamedClasses: [{ from: "Old", to: "Counter" }] }],
  });
  const all = await adoptOne({ migrations: MIGRATIONS }, { ...BARE, migrationTag: "v2" });
  expect(all.settings["migrations"]).toBeUndefined();
  expect(keysLeftOut(all)).toEqual(["migrations"]);
});

test("a live route is imported, a new one is created, and one in no zone of the account is named", async () => {
  const config = {
    routes: [
      "example.com/live/*",
      { pattern: "example.com/new/*", zone_id: "zone-1" },
      { pattern: "shop.example.com", custom_domain: true },
      "elsewhere.org/*",
    ],
  };
  const environment = await adoptOne(config, BARE);
  expect(environment.routes).toEqual([
    { pattern: "example.com/live/*", zoneId: "zone-1", id: "route-1" },
    { pattern: "example.com/new/*", zoneId: "zone-1" },
  ]);
  expect(environment.domains).toEqual([{ hostname: "shop.example.com", zoneId: "zone-1" }]);
  expect(keysLeftOut(environment)).toEqual(["routes elsewhere.org/*"]);
});

test("a route and a custom domain of another Worker stay with it", async () => {
  const config = { routes: ["example.com/taken/*", { pattern: "taken.example.com", custom_domain: true }] };
  const environment = await adoptOne(config, "absent");
  expect(environment).toMatchObject({ routes: [], domains: [] });
  expect(keysLeftOut(environment)).toEqual(["routes example.com/taken/*", "routes taken.example.com"]);
});

test("what is live and not in the configuration stays, and is named", async () => {
  const live = {
    ...BARE,
    crons: ["0 * * * *"],
    domains: [{ hostname: "old.example.com", zoneId: "zone-1" }],
  };
  const config = { routes: [{ pattern: "example.com/new/*", zone_id: "zone-1" }], triggers: { crons: [] } };
  expect(keysLeftOut(await adoptOne(config, live))).toEqual([
    "route example.com/live/*",
    "custom domain old.example.com",
    "triggers.crons",
  ]);
});

test("settings that differ from the live Worker's are named, and its date is taken if the configuration has no date", async () => {
  const live = {
    ...BARE,
    settings: {
      compatibility_date: "2025-03-03",
      compatibility_flags: ["nodejs_compat"],
      logpush: true,
      limits: { cpu_ms: 5 },
      placement: { mode: "smart" },
      tags: ["cf:environment=staging"],
    },
  };
  expect(keysLeftOut(await adoptOne({ limits: { cpu_ms: 9 } }, live))).toEqual([
    "compatibility_date",
    "compatibility_flags",
    "limits",
    "logpush",
    "placement",
  ]);
  const environment = await adoptOne(
    { compatibility_date: undefined, logpush: true, limits: { cpu_ms: 5 } },
    live,
  );
  expect(environment.settings).toMatchObject({
    compatibilityDate: "2025-03-03",
    compatibilityFlags: ["nodejs_compat"],
  });
  expect(keysLeftOut(environment)).toEqual(["placement"]);
});

test("a declared name that is a secret on the live Worker is named", async () => {
  const environment = await adoptOne(
    { vars: { TOKEN: "a placeholder" } },
    { ...BARE, bindings: { TOKEN: secret } },
  );
  expect(keysLeftOut(environment)).toEqual(["binding TOKEN"]);
});

test("a name on standard input that is no live secret is not printed: it may be a part of a value", async () => {
  const live = { ...BARE, bindings: { KEY: secret } };
  const { leftOut, configSecrets } = await adoptOne({}, live, ["KEY", CANARY, "MIIECANARY"]);
  expect(configSecrets).toEqual(["KEY"]);
  expect(leftOut).toEqual([{ key: "--secrets", why: expect.stringContaining("(lines 2, 3)") as string }]);
});

test("the environment is the top level's, whatever CLOUDFLARE_ENV is", async () => {
  process.env.CLOUDFLARE_ENV = "staging";
  try {
    const [top] = await adopt({ env: { staging: {} } }, "absent");
    expect(top?.scriptName).toBe("shop");
  } finally {
    delete process.env.CLOUDFLARE_ENV;
  }
});

test.each([
  [
    { main: "worker.py", compatibility_flags: ["python_workers"] },
    /main: `bundle` builds JavaScript and TypeScript, and no Python/,
  ],
  [{ main: "worker.ts" }, /main: a service worker in TypeScript/, { ...BARE, isModule: false }],
])("code that the program could not upload is refused: %j", async (config, message, live = BARE) => {
  await expect(adoptOne(config, live)).rejects.toThrow(message);
});

test("static assets with private files are refused, because Pulumi would publish them", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assets-"));
  fs.writeFileSync(path.join(folder, ".assetsignore"), "private.txt");
  try {
    await expect(adoptOne({ assets: { directory: folder } }, BARE)).rejects.toThrow(
      /\.assetsignore keeps private/,
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test("each key that cannot be carried over is named once", async () => {
  const environment = await adoptOne(
    {
      alias: { a: "./b" },
      build: { command: "make" },
      containers: [{ class_name: "C", image: "docker.io/httpd:1" }],
      durable_objects: { bindings: [{ name: "C", class_name: "C" }] },
      find_additional_modules: true,
      jsx_factory: "h",
      keep_names: false,
      placement: { mode: "smart", hint: "wnam" },
      queues: { producers: [{ binding: "Q", queue: "q", delivery_delay: 5 }], consumers: [{ queue: "q" }] },
      rules: [{ type: "Text", globs: ["**/*.md"] }],
      services: [{ binding: "S", service: "other", props: { a: 1 } }],
      unsafe: { bindings: [{ name: "U", type: "made_up" }], metadata: { a: 1 } },
      workflows: [{ binding: "W", name: "ship", class_name: "Ship" }],
      made_up: true,
      env: {},
    },
    "absent",
  );
  expect(keysLeftOut(environment).sort()).toEqual([
    "alias",
    "binding Q.delivery_delay",
    "binding S.props",
    "binding U",
    "build",
    "containers",
    "find_additional_modules",
    "jsx_factory",
    "keep_names",
    "made_up",
    "placement.hint",
    "queues.consumers",
    "rules",
    "unsafe.metadata",
    "workflows",
  ]);
});

test("what only Wrangler uses is not reported", async () => {
  const config = {
    dev: { port: 1234 },
    keep_vars: true,
    send_metrics: false,
    rules: [{ type: "Text", globs: ["**/*.html"], fallthrough: true }],
    previews: { vars: { A: "b" } },
  };
  expect(keysLeftOut(await adoptOne(config, "absent"))).toEqual([]);
});

test("each environment is a stack, with the settings that Wrangler gives it", async () => {
  const [top, staging] = await adopt(
    { vars: { STAGE: "prod" }, env: { staging: { vars: { STAGE: "staging" }, workers_dev: true } } },
    "absent",
  );
  expect(top).toMatchObject({ stack: "prod", scriptName: "shop", variables: { STAGE: "prod" } });
  expect(staging).toMatchObject({
    stack: "staging",
    scriptName: "shop-staging",
    variables: { STAGE: "staging" },
  });
});

const MIGRATIONS = [
  { tag: "v1", new_sqlite_classes: ["Old"] },
  { tag: "v2", renamed_classes: [{ from: "Old", to: "Counter" }] },
];
