import type { PolicyResource } from "@pulumi/policy";
import { STORE_SECRET, WORKERS_SCRIPT } from "../component/contract/type-tokens";
import { knownItems, knownText } from "./known";
import { bindingsOf } from "./worker-bindings";

/** What a binding leads to. */
export interface Target {
  /** The binding's name. */
  readonly name: string;
  /** The binding's type, or `tail_consumer`. */
  readonly type: string;
  /** The id or the name of the resource. */
  readonly target: string;
}

interface Kind {
  /** The properties of the binding that can name its resource, or a part of it. */
  readonly properties: readonly string[];
  /** The resource of the provider that a stack can own, and its output that bindings name it by. */
  readonly owned?: readonly [type: string, output: string];
}

const WORKER: Kind["owned"] = [WORKERS_SCRIPT, "scriptName"];

const KINDS: Readonly<Record<string, Kind>> = {
  analytics_engine: { properties: ["dataset"] },
  d1: { properties: ["databaseId", "id"], owned: ["cloudflare:index/d1Database:D1Database", "id"] },
  dispatch_namespace: {
    properties: ["namespace"],
    owned: [
      "cloudflare:index/workersForPlatformsDispatchNamespace:WorkersForPlatformsDispatchNamespace",
      "name",
    ],
  },
  durable_object_namespace: { properties: ["scriptName", "namespaceId"], owned: WORKER },
  hyperdrive: { properties: ["id"], owned: ["cloudflare:index/hyperdriveConfig:HyperdriveConfig", "id"] },
  kv_namespace: {
    properties: ["namespaceId"],
    owned: ["cloudflare:index/workersKvNamespace:WorkersKvNamespace", "id"],
  },
  mtls_certificate: {
    properties: ["certificateId"],
    owned: ["cloudflare:index/mtlsCertificate:MtlsCertificate", "id"],
  },
  pipelines: { properties: ["pipeline"] },
  queue: { properties: ["queueName"], owned: ["cloudflare:index/queue:Queue", "queueName"] },
  r2_bucket: { properties: ["bucketName"], owned: ["cloudflare:index/r2Bucket:R2Bucket", "name"] },
  secrets_store_secret: { properties: ["secretName"], owned: [STORE_SECRET, "name"] },
  service: { properties: ["service"], owned: WORKER },
  tail_consumer: { properties: ["service"], owned: WORKER },
  vectorize: { properties: ["indexName"] },
  vpc_network: { properties: ["networkId", "tunnelId"] },
  vpc_service: { properties: ["serviceId"] },
  workflow: { properties: ["scriptName"], owned: WORKER },
};

/**
 * What a Worker is bound to that the stack does not own. What a preview does not know yet is left out: the stack is about to
 * create it.
 *
 * @param worker a resource that uploads a Worker, with its outputs
 * @param resources all resources of the stack
 */
export function foreignTargets(worker: PolicyResource, resources: readonly PolicyResource[]): Target[] {
  const named = targetsOf(worker).filter(({ owned, target }) => countOwned(resources, owned, target) === 0);
  return named.filter(({ type, owned }) => {
    // A provider may keep a resource's id out of the outputs. The bindings' dependencies then say how many are the stack's.
    const own = countOwned(worker.propertyDependencies.bindings ?? [], owned, undefined);
    return new Set(named.filter((other) => other.type === type).map(({ target }) => target)).size > own;
  });
}

function targetsOf(worker: PolicyResource): (Target & Pick<Kind, "owned">)[] {
  const consumers = knownItems(() => worker.props.tailConsumers as unknown).map((item, index) => ({
    name: `tailConsumers[${index}]`,
    type: "tail_consumer",
    text: (property: string) => item && knownText(() => item[property]),
  }));
  return [...bindingsOf(worker), ...consumers].flatMap(({ name, type, text }) => {
    const kind = KINDS[type];
    return (kind?.properties ?? []).flatMap((property) => {
      const target = text(property);
      return target === undefined || target === "" ? [] : { ...kind, name, type, target };
    });
  });
}

/** Counts the resources of a kind whose name or id is the target; undefined for those without one. */
function countOwned(
  resources: readonly PolicyResource[],
  kind: Kind["owned"],
  target: string | undefined,
): number {
  return resources.filter(
    ({ type, props }) => type === kind?.[0] && knownText(() => props[kind[1]] as unknown) === target,
  ).length;
}
