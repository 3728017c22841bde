import { isObject } from "../../kit/json";
import type { FullResource } from "./state";

const SCRIPTS = [
  "cloudflare:index/workerScript:WorkerScript",
  "cloudflare:index/workersScript:WorkersScript",
];
const SECRETS = [
  "cloudflare:index/workerSecret:WorkerSecret",
  "cloudflare:index/workersSecret:WorkersSecret",
];
const PROVIDER = "pulumi:providers:cloudflare";

/**
 * What a resource of `@pulumi/cloudflare` v5 or older is to a Worker; undefined for every other resource.
 *
 * v6 has both types of a script too, so its arguments decide: v6 calls the script's name `scriptName`. It has neither type
 * of a secret. The version of the provider decides nothing, because a deploy that failed may have updated the provider.
 */
export function partOf(resource: FullResource): "script" | "secret" | undefined {
  if (SECRETS.includes(resource.type)) return "secret";
  const properties = propertiesOf(resource);
  const isOld = Object.hasOwn(properties, "name") && !Object.hasOwn(properties, "scriptName");
  return SCRIPTS.includes(resource.type) && isOld ? "script" : undefined;
}

/** What was declared; for a resource that the stack only reads, what was read. */
export function propertiesOf({ inputs, outputs }: FullResource): Record<string, unknown> {
  return isObject(inputs) && Object.keys(inputs).length > 0 ? inputs : (outputs ?? {});
}

/** Whether a script is in a namespace of Workers for Platforms, for which v6 has no resource. */
export function isDispatched(resource: FullResource): boolean {
  const { dispatchNamespace } = propertiesOf(resource);
  return partOf(resource) === "script" && dispatchNamespace !== undefined && dispatchNamespace !== null;
}

/** Whether a provider is older than v6. */
export function isOldProvider({ type, inputs }: FullResource): boolean {
  const version = inputs?.["version"];
  return type === PROVIDER && typeof version === "string" && Number.parseInt(version, 10) < 6;
}

/** How a resource names its provider. */
export function referenceTo({ urn, id = "" }: FullResource): string {
  return `${urn}::${id}`;
}
