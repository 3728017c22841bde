import type { ResourceValidationArgs } from "@pulumi/policy";
import { known, knownText } from "./known";
import type { WorkerBinding } from "./worker-bindings";

export const PAGES_PROJECT = "cloudflare:index/pagesProject:PagesProject";

/** The maps of a Pages project's environments: the type of a Worker's binding, and the property that it has for a Pages one. */
const MAPS: Readonly<Record<string, readonly [type: string, own: string, property: string]>> = {
  analyticsEngineDatasets: ["analytics_engine", "dataset", "dataset"],
  d1Databases: ["d1", "id", "id"],
  durableObjectNamespaces: ["durable_object_namespace", "namespaceId", "namespaceId"],
  hyperdriveBindings: ["hyperdrive", "id", "id"],
  kvNamespaces: ["kv_namespace", "namespaceId", "namespaceId"],
  mtlsCertificates: ["mtls_certificate", "certificateId", "certificateId"],
  queueProducers: ["queue", "name", "queueName"],
  r2Buckets: ["r2_bucket", "name", "bucketName"],
  services: ["service", "service", "service"],
  vectorizeBindings: ["vectorize", "indexName", "indexName"],
};

/** The variables and bindings of a Pages project, of both environments, in the form of a Worker's; none for another resource. */
export function pagesBindingsOf({
  type,
  props,
}: Pick<ResourceValidationArgs, "type" | "props">): WorkerBinding[] {
  if (type !== PAGES_PROJECT) return [];
  return ["preview", "production"].flatMap((environment) => {
    const config = entries(() => entry(props.deploymentConfigs, environment));
    return config.flatMap(([map, items]) =>
      entries(() => items).flatMap(([name, item], index) => {
        const text = (property: string) => knownText(() => entry(item, property));
        if (map === "envVars") {
          const kind = text("type") ?? "plain_text";
          return [{ index, name, type: kind, text: () => text("value") }];
        }
        const found = MAPS[map];
        if (found === undefined) return [];
        const [kind, own, as] = found;
        return [
          { index, name, type: kind, text: (property: string) => (property === as ? text(own) : undefined) },
        ];
      }),
    );
  });
}

function entry(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** The entries of an object; none if it is another value, or not known yet. */
function entries(read: () => unknown): (readonly [key: string, value: unknown])[] {
  const object = known(read);
  if (typeof object !== "object" || object === null) return [];
  return Object.keys(object).map((key) => [key, known(() => entry(object, key))] as const);
}
