import * as path from "node:path";
import { assetOptions } from "./assets";
import type { Binding, WorkerCode } from "./code";
import { ABSENT, INERT, STORE_SECRET } from "./helper-workers";

/** Options of a Worker for Miniflare: each has one entry for each binding, by the binding's name. */
type Options = Record<string, Record<string, unknown>>;
export type IsThere = (worker: string) => boolean;
type Simulation = (binding: Binding, code: WorkerCode) => Options;

/** The bindings whose data or target other Workers and later versions use too. */
const SHARED: Readonly<Record<string, Simulation>> = {
  d1: ({ name, id, database_id }) => ({ d1Databases: { [name]: id ?? database_id } }),
  durable_object_namespace: ({ name, class_name, script_name }, { durableObjects }) => {
    const { isSqlite = false, key } = durableObjects.get(String(class_name)) ?? {};
    const own = { className: class_name, useSQLite: isSqlite, unsafeUniqueKey: key };
    const designator = script_name === undefined ? own : { className: class_name, scriptName: script_name };
    return { durableObjects: { [name]: designator } };
  },
  kv_namespace: ({ name, namespace_id }) => ({ kvNamespaces: { [name]: namespace_id } }),
  queue: ({ name, queue_name, delivery_delay }) => ({
    queueProducers: { [name]: { queueName: queue_name, deliveryDelay: delivery_delay } },
  }),
  r2_bucket: ({ name, bucket_name }) => ({ r2Buckets: { [name]: bucket_name } }),
  service: ({ name, service, entrypoint }) => ({
    serviceBindings: { [name]: { name: service, entrypoint } },
  }),
  workflow: ({ name, workflow_name, class_name, script_name }) => ({
    workflows: { [name]: { name: workflow_name, className: class_name, scriptName: script_name } },
  }),
};

/** The bindings that concern one version of one Worker. */
const OWN: Readonly<Record<string, Simulation>> = {
  analytics_engine: ({ name, dataset }) => ({ analyticsEngineDatasets: { [name]: { dataset } } }),
  assets: ({ name }) => ({ assets: { binding: name } }),
  json: ({ name, json }) => ({ bindings: { [name]: json } }),
  plain_text: ({ name, text }) => ({ bindings: { [name]: text } }),
  ratelimit: ({ name, simple }) => ({ ratelimits: { [name]: { simple } } }),
  secret_key: ({ name, ...key }) => ({
    unsafeBindings: { [name]: { name, type: "secret_key", plugin: SECRET_KEY, options: key } },
  }),
  secret_text: ({ name, text }) => ({ bindings: { [name]: text } }),
  secrets_store_secret: ({ name, store_id, secret_name }) => ({
    wrappedBindings: {
      [name]: { scriptName: STORE_SECRET, bindings: { store: store_id, secret: secret_name } },
    },
  }),
  version_metadata: ({ name }, { version }) => ({ bindings: { [name]: version } }),
};

const SIMULATED = new Map([...Object.entries(SHARED), ...Object.entries(OWN)]);

/** What a Worker can be bound to at Cloudflare and not here. */
const ABSENT_TYPES = new Set([
  "ai",
  "ai_search",
  "ai_search_namespace",
  "artifacts",
  "browser",
  "data_blob",
  "dispatch_namespace",
  "flagship",
  "hyperdrive",
  "images",
  "k2",
  "media",
  "messaging",
  "mtls_certificate",
  "pipelines",
  "send_email",
  "tail_consumer",
  "text_blob",
  "vectorize",
  "vpc_network",
  "vpc_service",
  "wasm_module",
  "worker_loader",
]);

/** Miniflare's plugin for `secret_key`, which has no option of its own. Miniflare loads it by its path. */
const SECRET_KEY = {
  package: path.join(__dirname, "secret-key.mjs"),
  name: "secret-key",
};

/** Whether a Worker with this binding has to run in the same process as the others with shared bindings. */
export function isShared({ type }: Binding): boolean {
  return Object.hasOwn(SHARED, type);
}

/** The other Worker that a binding needs, if any. */
export function targetOf({ type, service, script_name }: Binding): string | undefined {
  const target = type === "service" ? service : script_name;
  return typeof target === "string" ? target : undefined;
}

/** Whether Cloudflare has bindings of this type, on this machine or not. */
export function isKnown({ type }: Binding): boolean {
  return SIMULATED.has(type) || ABSENT_TYPES.has(type);
}

/** Whether this machine has no bindings of this type, and Cloudflare has. */
export function isAbsent(type: string): boolean {
  return ABSENT_TYPES.has(type);
}

/**
 * Miniflare's options for the bindings and the assets of a Worker.
 *
 * @param isThere says whether another Worker exists: one that a binding needs can have been deleted since. Undefined for
 * a Worker that is tried alone, without what it shares with others.
 */
export function bindingOptions(code: WorkerCode, isThere: IsThere | undefined): object {
  const merged: Options = code.assets === undefined ? {} : { assets: assetOptions(code.assets) };
  for (const binding of code.bindings) {
    for (const [option, entry] of Object.entries(simulated(binding, code, isThere))) {
      merged[option] = { ...merged[option], ...entry };
    }
  }
  // This one is a list.
  return { ...merged, unsafeBindings: Object.values(merged["unsafeBindings"] ?? {}) };
}

function simulated(binding: Binding, code: WorkerCode, isThere: IsThere | undefined): Options {
  const { name, type } = binding;
  const target = targetOf(binding);
  if (isThere === undefined && isShared(binding))
    return { wrappedBindings: { [name]: { scriptName: INERT } } };
  if (target !== undefined && isThere?.(target) === false) {
    return absent(name, `env.${name} is not available: the Worker ${target} was deleted.`);
  }
  const simulate = SIMULATED.get(type);
  if (simulate !== undefined) return simulate(binding, code);
  return absent(
    name,
    `env.${name} is not available on this machine: a local Cloudflare has no ${type}. Deploy the Worker to use it.`,
  );
}

function absent(name: string, message: string): Options {
  return { wrappedBindings: { [name]: { scriptName: ABSENT, bindings: { message } } } };
}
