import { isObject, type JsonObject } from "../../kit/json";
import type { Trace } from "../runtime/tail";
import type { Mask } from "./printed-secrets";
import { inSources } from "./source-stacks";
import type { Version } from "./worker";

/** What `wrangler tail` gets of a call, as JSON. Unlike at Cloudflare, secrets are masked. */
export function tailEvent(worker: string, version: Version, trace: Trace, mask: Mask): JsonObject {
  const inSource = inSources(version);
  const exceptions = trace.exceptions.map(({ stack, ...exception }) => ({
    ...exception,
    ...(stack !== undefined && { stack: inSource(stack) }),
  }));
  const { logs, event, diagnosticsChannelEvents } = trace;
  const told = { logs, exceptions, event, diagnosticsChannelEvents };
  const text = JSON.stringify(told);
  const masked = mask(text) === text ? told : (withoutSecrets(told, mask) as JsonObject);
  return { ...trace, scriptName: worker, scriptVersion: { id: version.id }, ...masked };
}

/** Masks each text, and each number, which can be a secret too. */
function withoutSecrets(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value === "number") return mask(String(value)) === String(value) ? value : mask(String(value));
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, mask));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [mask(key), withoutSecrets(item, mask)]),
  );
}
