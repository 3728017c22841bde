import "../../kit/lazy-closures";
import * as cloudflare from "@pulumi/cloudflare";
import type { CustomResource } from "@pulumi/pulumi";
import { ACCOUNT, CANARY, script } from "./provider-stack";

export const ZONE = "fedcba9876543210fedcba9876543210";

const HANDLERS =
  'export default { fetch: () => new Response("ok"), queue() {}, scheduled() {} };\n// Nothing else.\n';

/** What differs between the two programs that `declareAll` makes. */
export interface Variant {
  readonly title: string;
  readonly value: string;
  readonly mode: string;
  readonly storageClass: string;
  readonly queue: string;
  readonly batchSize: number;
  readonly cron: string;
  readonly pattern: string;
  readonly environment: string;
  readonly secret: string;
  readonly previews: boolean;
}

export const FIRST: Variant = {
  title: "settings",
  value: "hello",
  mode: "auto",
  storageClass: "Standard",
  queue: "jobs",
  batchSize: 5,
  cron: "*/5 * * * *",
  pattern: "example.com/api/*",
  environment: "production",
  secret: CANARY,
  previews: false,
};

/** Every input changed that is changed in place. */
export const SECOND: Variant = {
  title: "settings-2",
  value: "hello again",
  mode: "disabled",
  storageClass: "InfrequentAccess",
  queue: "jobs-2",
  batchSize: 10,
  cron: "0 * * * *",
  pattern: "example.com/*",
  environment: "staging",
  secret: `${CANARY}-2`,
  previews: true,
};

/** Declares a Worker and one resource of each type that is real here, and returns them by a short name. */
export function declareAll(
  variant: Variant,
  imports: Readonly<Record<string, string>> = {},
): Record<string, CustomResource> {
  const options = (name: string) => {
    const id = imports[name];
    return id === undefined ? {} : { import: id };
  };
  const accountId = ACCOUNT;
  const worker = new cloudflare.WorkersScript("worker", script({ content: HANDLERS, bindings: [] }));
  const { scriptName } = worker;
  const subdomain = new cloudflare.WorkersScriptSubdomain(
    "subdomain",
    { accountId, scriptName, enabled: true, previewsEnabled: variant.previews },
    options("subdomain"),
  );
  const namespace = new cloudflare.WorkersKvNamespace(
    "namespace",
    { accountId, title: variant.title },
    options("namespace"),
  );
  const pair = new cloudflare.WorkersKv(
    "pair",
    { accountId, namespaceId: namespace.id, keyName: "a/b", value: variant.value, metadata: '{"n":1}' },
    options("pair"),
  );
  const database = new cloudflare.D1Database(
    "database",
    { accountId, name: "shop", readReplication: { mode: variant.mode } },
    options("database"),
  );
  const { storageClass } = variant;
  const bucket = new cloudflare.R2Bucket(
    "bucket",
    { accountId, name: "files", storageClass },
    options("bucket"),
  );
  const queue = new cloudflare.Queue("queue", { accountId, queueName: variant.queue }, options("queue"));
  const consumer = new cloudflare.QueueConsumer("consumer", {
    accountId,
    queueId: queue.queueId,
    scriptName,
    type: "worker",
    settings: { batchSize: variant.batchSize },
  });
  const cron = new cloudflare.WorkersCronTrigger(
    "cron",
    { accountId, scriptName, schedules: [{ cron: variant.cron }] },
    options("cron"),
  );
  const route = new cloudflare.WorkersRoute(
    "route",
    { zoneId: ZONE, pattern: variant.pattern, script: scriptName },
    options("route"),
  );
  const { environment } = variant;
  const domainArgs = {
    accountId,
    hostname: "app.example.com",
    service: scriptName,
    zoneId: ZONE,
    environment,
  };
  const domain = new cloudflare.WorkersCustomDomain("domain", domainArgs, options("domain"));
  const store = new cloudflare.SecretsStore("store", { accountId, name: "shared" }, options("store"));
  const secret = new cloudflare.SecretsStoreSecret(
    "secret",
    { accountId, storeId: store.id, name: "API_KEY", scopes: ["workers"], value: variant.secret },
    options("secret"),
  );
  return {
    subdomain,
    namespace,
    pair,
    database,
    bucket,
    queue,
    consumer,
    cron,
    route,
    domain,
    store,
    secret,
  };
}
