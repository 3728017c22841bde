import { type Analyzed, type Pack, sealed, startPack, UNKNOWN } from "../../support/policy-pack";

const CANARY = "canary-4b7e19";
const SCRIPT = "cloudflare:index/workersScript:WorkersScript";
const COMPONENT = "cloudflare-worker-secrets:index:WorkerScript";
const STORE = "cloudflare-worker-secrets:index:SecretsStore";
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

let pack: Pack;
beforeAll(async () => {
  pack = await startPack();
});
afterAll(() => {
  pack.close();
});

describe("secret-max-age", () => {
  const ageless = { name: "API_KEY", type: "secret_text" };
  const entry = { ...ageless, maxAge: 90 };
  const declares = (...inventory: unknown[]): Analyzed => ({
    type: COMPONENT,
    stack: "prod",
    props: { inventory },
  });
  const created = (days: number) => ({ ...entry, version: { id: "7", created: inDays(-days) } });

  test("accepts secrets that have one and are younger", async () => {
    expect(await pack.analyzeStack([declares(entry, created(89))])).toEqual([]);
  });

  test("names the secrets without one, and those that are overdue", async () => {
    const found = await pack.analyzeStack([
      { ...declares(ageless, { ...created(91), name: "OLD" }) },
      { ...declares({ ...ageless, name: "shared", type: "store_secret" }), type: STORE, name: "store" },
    ]);
    expect(found).toEqual([
      expect.stringMatching(/^secret-max-age: [^]*"worker" has secrets without a maxAge: API_KEY\. Give/),
      expect.stringMatching(/"worker" has secrets older than their maxAge: OLD\. Rotate them/),
      expect.stringMatching(/"store" has secrets without a maxAge: shared\./),
    ]);
  });

  test("leaves out other stacks, kinds without a maxAge, previous values, and what a preview does not know", async () => {
    const accepted = [
      { ...declares(ageless), stack: "dev" },
      declares({ name: "KEPT", type: "inherit" }, { name: "SHARED", type: "secrets_store_secret" }),
      declares(entry, { ...ageless, name: "API_KEY_PREVIOUS" }),
      declares({ ...entry, version: { id: "7" } }, { ...ageless, maxAge: UNKNOWN }, UNKNOWN),
      { type: COMPONENT, stack: "prod", props: { inventory: UNKNOWN } },
    ];
    for (const resource of accepted) expect(await pack.analyzeStack([resource])).toEqual([]);
  });
});

describe("allowed-resources", () => {
  const config = { "allowed-resources": { allowed: { kv_namespace: ["shared-*"], service: ["auth"] } } };
  const kv = (namespaceId: string) => ({ name: "CACHE", type: "kv_namespace", namespaceId });
  const bound = (...bindings: object[]): Analyzed => ({
    type: SCRIPT,
    props: { scriptName: "shop", bindings },
  });
  const namespace = {
    type: "cloudflare:index/workersKvNamespace:WorkersKvNamespace",
    name: "cache",
    props: { id: "0a1b" },
  };
  const database = { type: "cloudflare:index/d1Database:D1Database", name: "db", props: { id: "0c2d" } };
  const bucket = { type: "cloudflare:index/r2Bucket:R2Bucket", name: "bucket", props: { name: "0c2d" } };

  test("is off without config", async () => {
    expect(await pack.analyzeStack([bound(kv("foreign"))])).toEqual([]);
  });

  test("accepts the stack's own resources, allowed ones, and bindings to none", async () => {
    const accepted = [
      kv("0a1b"),
      kv("shared-cache"),
      kv(UNKNOWN),
      { name: "SELF", type: "service", service: "shop" },
      { name: "AUTH", type: "service", service: "auth" },
      { name: "FILES", type: "r2_bucket", bucketName: "0c2d" },
      { name: "ROOM", type: "durable_object_namespace", className: "Room" },
      { name: "KEY", type: "secret_text", text: sealed(CANARY) },
    ];
    expect(await pack.analyzeStack([bound(...accepted), namespace, bucket], config)).toEqual([]);
  });

  test("counts the stack's own resources if their ids are not among their outputs", async () => {
    const own = [
      { ...namespace, props: {} },
      { ...namespace, name: "other", props: { id: UNKNOWN } },
    ];
    const [one, two, three] = [kv("1"), { ...kv("2"), name: "OTHER" }, { ...kv("3"), name: "FOREIGN" }];
    const accepted = { ...bound(one, one, two), uses: own };
    expect(await pack.analyzeStack([accepted, ...own], config)).toEqual([]);
    const [found] = await pack.analyzeStack([{ ...bound(one, two, three), uses: own }, ...own], config);
    expect(found).toContain("CACHE (kv_namespace), OTHER (kv_namespace), FOREIGN (kv_namespace).");
  });

  test("names every other binding, and Workers that get the logs", async () => {
    const foreign = [
      kv("0c2d"),
      { name: "DB", type: "d1", id: "0a1b" },
      { name: "JOBS", type: "queue", queueName: "foreign" },
      { name: "OTHER_AUTH", type: "service", service: "other-auth" },
      { name: "SHARED", type: "secrets_store_secret", storeId: "0", secretName: "foreign" },
      { name: "ROOM", type: "durable_object_namespace", scriptName: "shop", namespaceId: "foreign" },
    ];
    const worker = bound(...foreign);
    const props = { ...worker.props, tailConsumers: [{ service: "auth" }, UNKNOWN] };
    const [found, ...others] = await pack.analyzeStack(
      [{ ...worker, props }, namespace, bucket, database],
      config,
    );
    expect(others).toEqual([]);
    expect(found).toContain(
      "CACHE (kv_namespace), DB (d1), JOBS (queue), OTHER_AUTH (service), SHARED (secrets_store_secret), SHARED (secrets_store), ROOM (durable_object_namespace), tailConsumers[0] (tail_consumer). Take",
    );
  });

  /** What the policy names, or undefined. */
  const refused = async (resource: Analyzed, allowed: object = {}, ...others: Analyzed[]) => {
    const [found] = await pack.analyzeStack([resource, ...others], { "allowed-resources": { allowed } });
    return found && /allowed: (.*)\. Take/.exec(found)?.[1];
  };
  const script = (props: object): Analyzed => ({ type: SCRIPT, props: { scriptName: "shop", ...props } });

  test("a secret of a store is of the stack only in the store where the stack has secrets", async () => {
    const stored = {
      type: "cloudflare:index/secretsStoreSecret:SecretsStoreSecret",
      name: "stored",
      props: { name: "api-key", storeId: "s1" },
    };
    const from = (storeId: unknown) =>
      bound({ name: "KEY", type: "secrets_store_secret", storeId, secretName: "api-key" });
    expect(await refused(from("s1"), {}, stored)).toBeUndefined();
    expect(await refused(from(UNKNOWN), {}, stored)).toBeUndefined();
    expect(await refused(from("s2"), {}, stored)).toBe("KEY (secrets_store)");
    expect(await refused(from("s2"), { secrets_store: ["s2"] }, stored)).toBeUndefined();
  });

  test("a type that the pack does not know is refused, unless the config allows it", async () => {
    const newer = bound({ name: "CHAT", type: "messaging", id: "foreign" });
    expect(await refused(newer)).toBe("CHAT (messaging)");
    expect(await refused(newer, { messaging: ["*"] })).toBeUndefined();
    const harmless = ["ai", "assets", "browser", "images", "json", "plain_text", "version_metadata"];
    expect(await refused(bound(...harmless.map((type) => ({ name: type, type }))))).toBeUndefined();
  });

  test("what a Worker keeps without naming it is refused, except texts and the secrets of the component", async () => {
    expect(await refused(script({ keepBindings: ["secret_text", "KV_namespace", UNKNOWN] }))).toBe(
      "keepBindings[1] (keep_bindings)",
    );
    const keeps = script({ keepBindings: ["kv_namespace"] });
    expect(await refused(keeps, { keep_bindings: ["kv_namespace"] })).toBeUndefined();
    expect(await refused(script({ keepBindings: UNKNOWN }))).toBeUndefined();
    const inherits = bound({ name: "CACHE", type: "inherit" });
    expect(await refused(inherits)).toBe("CACHE (inherit)");
    expect(await refused({ ...inherits, parent: COMPONENT })).toBeUndefined();
  });

  test("Durable Objects that another Worker would lose are refused", async () => {
    const transferredClasses = [{ from: "Room", fromScript: "chat", to: "Room" }, UNKNOWN];
    const migrations = { transferredClasses, steps: [{ newClasses: ["A"] }, { transferredClasses }] };
    expect(await refused(script({ migrations }))).toBe(
      "migrations.transferredClasses[0] (transferred_class), migrations.steps[1].transferredClasses[0] (transferred_class)",
    );
    expect(await refused(script({ migrations }), { transferred_class: ["chat"] })).toBeUndefined();
    const chat = { ...script({ scriptName: "chat" }), name: "chat" };
    expect(await refused(script({ migrations }), {}, chat)).toBeUndefined();
    expect(await refused(script({ migrations: UNKNOWN }))).toBeUndefined();
  });

  test("the bindings of a Pages project are looked at, in both environments", async () => {
    const pages = (production: unknown, preview: unknown = {}): Analyzed => ({
      type: "cloudflare:index/pagesProject:PagesProject",
      name: "site",
      props: { name: "site", deploymentConfigs: { production, preview } },
    });
    const found = pages(
      { kvNamespaces: { CACHE: { namespaceId: "0a1b" }, OTHER: { namespaceId: "foreign" } } },
      {
        r2Buckets: { FILES: { name: "foreign" } },
        services: { AUTH: { service: "auth" } },
        durableObjectNamespaces: { ROOM: { namespaceId: "foreign" } },
        envVars: { LEVEL: { type: "plain_text", value: "info" } },
        compatibilityFlags: ["nodejs_compat"],
        placement: UNKNOWN,
      },
    );
    expect(await refused(found, { service: ["auth"] }, namespace)).toBe(
      "ROOM (durable_object_namespace), FILES (r2_bucket), OTHER (kv_namespace)",
    );
    expect(await refused(pages(UNKNOWN, { kvNamespaces: { A: UNKNOWN, B: "text" } }))).toBeUndefined();
  });
});
