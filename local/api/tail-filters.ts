import { isObject, type JsonObject, optionalString, stringList } from "../../kit/json";

/** Whether an event passes all filters of a tail. A filter that is not known here, such as `client_ip`, passes all. */
export function passes(event: JsonObject, filters: readonly JsonObject[]): boolean {
  return filters.every((filter) =>
    Object.entries(filter).every(([name, wanted]) => FILTERS[name]?.(event, wanted) ?? true),
  );
}

/** By the name that Wrangler sends. */
const FILTERS: Readonly<Record<string, (event: JsonObject, wanted: unknown) => boolean>> = {
  sampling_rate: (_, rate) => Math.random() < Number(rate),
  outcome: ({ outcome }, wanted) => texts(wanted).includes(String(outcome)),
  method: (event, wanted) => {
    const method = optionalString(requestOf(event)["method"]);
    return method !== undefined && texts(wanted).some((one) => one.toUpperCase() === method);
  },
  header: (event, wanted) => {
    const { headers } = requestOf(event);
    const { key, query } = isObject(wanted) ? wanted : {};
    const value = isObject(headers) ? headers[String(key).toLowerCase()] : undefined;
    return typeof value === "string" && value.includes(optionalString(query) ?? "");
  },
  query: ({ logs }, wanted) => JSON.stringify(logs).includes(JSON.stringify(wanted).slice(1, -1)),
  scriptVersion: ({ scriptVersion }, wanted) => isObject(scriptVersion) && scriptVersion["id"] === wanted,
};

function texts(wanted: unknown): string[] {
  return stringList(wanted) ?? [String(wanted)];
}

function requestOf({ event }: JsonObject): JsonObject {
  const { request } = isObject(event) ? event : {};
  return isObject(request) ? request : {};
}
