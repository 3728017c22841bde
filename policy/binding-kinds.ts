import { STORE_SECRET, WORKERS_SCRIPT } from "../component/contract/type-tokens";

export interface Kind {
  /** The properties of the binding that can name its resource, or a part of it. */
  readonly properties: readonly string[];
  /** The resource of the provider that a stack can own, and its output that bindings name it by. */
  readonly owned?: readonly [type: string, output: string];
}

export const WORKER: Kind["owned"] = [WORKERS_SCRIPT, "scriptName"];

/** The types of bindings that lead to resources of the account. */
export const KINDS: Readonly<Record<string, Kind>> = {
  ai_search: { properties: ["instanceName", "namespace"] },
  ai_search_namespace: { properties: ["namespace"] },
  analytics_engine: { properties: ["dataset"] },
  d1: { properties: ["databaseId", "id"], owned: ["cloudflare:index/d1Database:D1Database", "id"] },
  dispatch_namespace: {
    properties: ["namespace"],
    owned: [
      "cloudflare:index/workersForPlatformsDispatchNamespace:WorkersForPlatformsDispatchNamespace",
      "name",
    ],
  },
  durable_object_namespace: {
    properties: ["scriptName", "namespaceId", "dispatchNamespace"],
    owned: WORKER,
  },
  flagship: { properties: ["appId"] },
  hyperdrive: { properties: ["id"], owned: ["cloudflare:index/hyperdriveConfig:HyperdriveConfig", "id"] },
  kv_namespace: {
    properties: ["namespaceId"],
    owned: ["cloudflare:index/workersKvNamespace:WorkersKvNamespace", "id"],
  },
  mtls_certificate: {
    properties: ["certificateId"],
    owned: ["cloudflare:index/mtlsCertificate:MtlsCertificate", "id"],
  },
  pipelines: { properties: ["pipeline", "stream"] },
  queue: { properties: ["queueName"], owned: ["cloudflare:index/queue:Queue", "queueName"] },
  r2_bucket: { properties: ["bucketName"], owned: ["cloudflare:index/r2Bucket:R2Bucket", "name"] },
  secrets_store_secret: { properties: ["secretName"], owned: [STORE_SECRET, "name"] },
  service: { properties: ["service"], owned: WORKER },
  vectorize: { properties: ["indexName"] },
  vpc_network: { properties: ["networkId", "tunnelId"] },
  vpc_service: { properties: ["serviceId"] },
  workflow: { properties: ["scriptName"], owned: WORKER },
};

/** The types of bindings that lead to nothing that another team could own. */
export const WITHOUT_RESOURCE: readonly string[] = [
  "ai",
  "assets",
  "browser",
  "data_blob",
  "images",
  "json",
  "media",
  "plain_text",
  "ratelimit",
  "secret_key",
  "secret_text",
  "send_email",
  "text_blob",
  "version_metadata",
  "wasm_module",
];
