import type { types } from "@pulumi/cloudflare";
import type { LeftOut } from "./left-out";
import { camelCase, camelCased, type Json, type JsonRecord } from "./json";

type Field = keyof types.input.WorkersScriptBinding;

/** The fields of a binding in `WorkersScript` of `@pulumi/cloudflare` v6. */
const FIELDS: ReadonlySet<string> = new Set<Field>([
  ...(["algorithm", "allowedDestinationAddresses", "allowedSenderAddresses", "appId", "bucketName"] as const),
  ...([
    "certificateId",
    "className",
    "databaseId",
    "dataset",
    "destinationAddress",
    "dispatchNamespace",
    "entrypoint",
  ] as const),
  ...(["environment", "format", "id", "indexName", "instanceName", "jurisdiction", "namespace"] as const),
  ...(["namespaceId", "networkId", "outbound", "pipeline", "queueName", "scriptName", "secretName"] as const),
  ...(["service", "serviceId", "simple", "storeId", "stream", "tunnelId", "usages", "workflowName"] as const),
]);

/** Fields that have another name in v6, by the binding's type. The first names are Wrangler's and the API's. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  kv_namespace: { id: "namespaceId" },
  d1: { database_id: "id" },
  workflow: { name: "workflowName" },
};

/** What only `wrangler dev`, Wrangler's other commands or its output use. */
const ONLY_WRANGLER = /^(?:preview_.*|migrations_.*|remote|raw|queue|database_name|localConnectionString)$/;

/** An entry of one of the component's lists of bindings. */
export interface Named extends JsonRecord {
  readonly name: string;
}

/** A binding for the component's argument `bindings`. */
export interface Binding extends Named {
  readonly type: string;
}

/** All bindings of a Worker, by the arguments of the component. */
export interface Bindings {
  readonly variables: Readonly<Record<string, string>>;
  readonly storeSecrets: readonly Named[];
  readonly others: readonly Binding[];
  readonly leftOut: readonly LeftOut[];
}

/** A binding as Wrangler or the API describes it. */
export interface Described {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * Sorts bindings by the arguments of the component that take them.
 *
 * @param described the bindings by their names
 * @param keyOf returns the key of a binding for messages
 */
export function toArguments(
  described: Readonly<Record<string, Described>>,
  keyOf: (name: string) => string,
): Bindings {
  const variables: Record<string, string> = {};
  const storeSecrets: Named[] = [];
  const others: Binding[] = [];
  const leftOut: LeftOut[] = [];
  for (const [name, { type: told, ...fields }] of Object.entries(described)) {
    const type = told === "pipeline" ? "pipelines" : told; // Wrangler's name and the API's
    const key = keyOf(name);
    if (type === "plain_text") variables[name] = textOf(fields["value"] ?? fields["text"]);
    else if (type === "json") {
      others.push({ type, name, json: JSON.stringify(fields["value"] ?? fields["json"] ?? null) });
    } else if (!TYPES.includes(type)) {
      leftOut.push({ key, why: `@pulumi/cloudflare v6 has no binding ${type}` });
    } else {
      const { known, unknown } = fieldsOf(type, fields);
      if (type === "secrets_store_secret") storeSecrets.push({ name, ...known });
      else others.push({ type, name, ...known });
      leftOut.push(...unknown.map((field) => ({ key: `${key}.${field}`, why: NO_FIELD })));
    }
  }
  return { variables, storeSecrets, others, leftOut };
}

const NO_FIELD = "@pulumi/cloudflare v6 has no such field, so a deploy by Pulumi leaves it out";
/** The types of bindings that the provider takes, besides those that have arguments of their own. */
const TYPES = [
  ...[
    "ai",
    "ai_search",
    "ai_search_namespace",
    "analytics_engine",
    "artifacts",
    "assets",
    "browser",
    "d1",
    "dispatch_namespace",
  ],
  ...[
    "durable_object_namespace",
    "flagship",
    "hyperdrive",
    "images",
    "kv_namespace",
    "media",
    "mtls_certificate",
    "pipelines",
  ],
  ...["queue", "r2_bucket", "ratelimit", "secrets_store_secret", "send_email", "service", "vectorize"],
  ...["version_metadata", "vpc_network", "vpc_service", "worker_loader", "workflow"],
];

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function fieldsOf(type: string, fields: Readonly<Record<string, unknown>>) {
  const known: Record<string, Json> = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined || value === null || ONLY_WRANGLER.test(key)) continue;
    // The API derives it from the class.
    if (type === "durable_object_namespace" && key === "namespace_id") continue;
    const field = RENAMED[type]?.[key] ?? camelCase(key);
    if (FIELDS.has(field)) known[field] ??= key === "outbound" ? outboundOf(value) : camelCased(value);
    else unknown.push(key);
  }
  return { known, unknown };
}

/** Wrangler has the fields of the Worker and its parameters side by side, the API does not. */
function outboundOf(outbound: unknown): Json {
  const { service, environment, parameters, worker, params } = outbound as Readonly<Record<string, unknown>>;
  const names: unknown = parameters ?? params;
  return camelCased({
    worker: worker ?? { service, environment },
    params: Array.isArray(names)
      ? names.map((one: string | { readonly name: string }) => (typeof one === "string" ? one : one.name))
      : undefined,
  });
}
