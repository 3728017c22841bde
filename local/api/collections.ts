import { randomUUID } from "node:crypto";
import { isObject, type JsonObject, optionalString } from "../../kit/json";
import { KvPairs } from "../runtime/kv-pairs";
import type { Call, Collection } from "./collection";
import { ApiError } from "./envelope";
import type { D1Database, KvNamespace, R2Bucket } from "./resources";

/*
 * Codes of errors: Wrangler looks for 10014, 7502, 7404 and 10006, and users have reported 10004, 11000, 11001, 11004, 1001
 * and 1003. The remaining ones here, and most of the messages, are guesses.
 */

export const now = (): string => new Date().toISOString();
export const hexId = (): string => randomUUID().replaceAll("-", "");

/** A field that must be text of a given form. */
export function textField(sent: JsonObject, field: string, form: RegExp, code: number): string {
  const value = sent[field];
  if (typeof value === "string" && form.test(value)) return value;
  throw new ApiError(400, code, `'${field}' is missing or invalid: it must match ${form.source}.`);
}

export function objectField(sent: JsonObject, field: string): JsonObject {
  const value = sent[field];
  return isObject(value) ? value : {};
}

/** The fields of a request that are text, by name. */
export function texts(sent: JsonObject, ...fields: readonly string[]): Record<string, string> {
  const found = fields.map((field) => [field, optionalString(sent[field])] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export const kvNamespaces: Collection<KvNamespace> = {
  path: "/accounts/:account/storage/kv/namespaces",
  table: (resources) => resources.kvNamespaces,
  id: "id",
  missing: [10013, "namespace not found"],
  unique: ["title", 400, 10014, "a namespace with this account ID and title already exists"],
  changes: ["put"],
  keptBy: "title",
  put: (sent, { keptId }, existing) => {
    const title = textField(sent, "title", /^.{1,512}$/su, 10019);
    return {
      id: existing?.id ?? keptId(title) ?? hexId(),
      supports_url_encoding: true,
      ...(existing ?? texts(sent, "jurisdiction")),
      title,
    };
  },
  remove: ({ id }, { context, params }) =>
    new KvPairs(id, context.store.data(params["account"] ?? "")).clear(),
};

export const d1Databases: Collection<D1Database> = {
  path: "/accounts/:account/d1/database",
  table: (resources) => resources.d1Databases,
  id: "uuid",
  alias: "name",
  missing: [7404, "The database could not be found"],
  unique: ["name", 400, 7502, "A database with that name already exists"],
  changes: ["put", "patch"],
  filter: ["name", "name"],
  keptBy: "name",
  put: (sent, { keptId }, existing) => ({
    uuid: keptId(String(sent["name"])) ?? randomUUID(),
    created_at: now(),
    version: "production",
    num_tables: 0,
    file_size: 12_288,
    read_replication: { mode: "disabled" },
    ...(existing ?? {
      ...texts(sent, "jurisdiction"),
      name: textField(sent, "name", /^[A-Za-z0-9_-]{1,64}$/, 7400),
    }),
    ...(isObject(sent["read_replication"]) && { read_replication: sent["read_replication"] }),
    name: existing?.name ?? String(sent["name"]),
  }),
};

function jurisdiction({ request }: Call): string {
  return request.header("cf-r2-jurisdiction") ?? "default";
}

export const r2Buckets: Collection<R2Bucket> = {
  path: "/accounts/:account/r2/buckets",
  table: (resources) => resources.r2Buckets,
  id: "name",
  missing: [10006, "The specified bucket does not exist."],
  unique: ["name", 409, 10004, "The bucket you tried to create already exists, and you own it."],
  changes: ["patch"],
  listed: (buckets) => ({ buckets }),
  put: (sent, call, existing) => {
    const storageClass = call.request.header("cf-r2-storage-class") ?? optionalString(sent["storageClass"]);
    const made = existing ?? {
      name: textField(sent, "name", /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 10005),
      creation_date: now(),
      location: optionalString(sent["locationHint"])?.toLowerCase() ?? "enam",
      jurisdiction: jurisdiction(call),
    };
    return { storage_class: "Standard", ...made, ...(storageClass && { storage_class: storageClass }) };
  },
};
