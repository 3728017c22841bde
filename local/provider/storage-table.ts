import { pairForm, readPair } from "./kv-pair";
import { FILLED, IN_PATH, NAME, REQUIRED, type RestMethod, type RestResource } from "./rest-entry";
import { jsonText, required } from "./rules";
import type { Properties } from "./values";

const KV = "/accounts/{accountId}/storage/kv/namespaces";
/** The path of an account's Secrets Stores. */
export const STORES = "/accounts/{accountId}/secrets_store/stores";

/** R2 has a bucket of one name in each jurisdiction, and its API takes both settings as headers. */
function bucketHeaders(
  { jurisdiction, storageClass }: Properties,
  method: RestMethod,
): Record<string, string> {
  return {
    "cf-r2-jurisdiction": typeof jurisdiction === "string" ? jurisdiction : "default",
    ...(method === "update" && typeof storageClass === "string" && { "cf-r2-storage-class": storageClass }),
  };
}

/**
 * What a Worker is bound to. Requests are those that the official provider was seen to make, except those
 * of the Secrets Store and the update of an R2 bucket, which follow Cloudflare's client and documentation. What
 * replaces, what is required and what is filled in are its schema's.
 */
export const STORAGE_RESOURCES: Readonly<Record<string, RestResource>> = {
  "workersKvNamespace:WorkersKvNamespace": {
    collection: KV,
    create: "post",
    update: "put",
    inputs: {
      accountId: IN_PATH,
      title: REQUIRED,
      jurisdiction: { replaces: true, oneOf: ["eu", "fedramp", "us"] },
    },
    outputs: ["supportsUrlEncoding"],
    id: "id",
    imports: ["accountId", "id"],
  },

  "workersKv:WorkersKv": {
    collection: `${KV}/{namespaceId}/values/{keyName}`,
    single: true,
    create: "put",
    update: "put",
    inputs: {
      accountId: IN_PATH,
      namespaceId: IN_PATH,
      keyName: IN_PATH,
      value: REQUIRED,
      metadata: {},
      expiration: { sent: false },
      expirationTtl: { sent: false },
    },
    rules: [jsonText("metadata", `'{"a":1}'`)],
    id: "keyName",
    imports: ["accountId", "namespaceId", "keyName"],
    query: ({ expiration, expirationTtl }, method) =>
      method === "create" || method === "update" ? { expiration, expiration_ttl: expirationTtl } : {},
    body: pairForm,
    read: readPair,
  },

  "d1Database:D1Database": {
    collection: "/accounts/{accountId}/d1/database",
    create: "post",
    update: "put",
    inputs: {
      accountId: IN_PATH,
      name: NAME,
      readReplication: FILLED,
      jurisdiction: { replaces: true, unread: true, oneOf: ["eu", "fedramp", "us"] },
      primaryLocationHint: {
        replaces: true,
        unread: true,
        oneOf: ["wnam", "enam", "weur", "eeur", "apac", "oc"],
      },
      fields: { sent: false },
    },
    rules: [required("readReplication.mode")],
    outputs: ["createdAt", "fileSize", "numTables", "uuid", "version"],
    id: "uuid",
    imports: ["accountId", "id"],
  },

  "r2Bucket:R2Bucket": {
    collection: "/accounts/{accountId}/r2/buckets",
    create: "post",
    update: "patch",
    inputs: {
      accountId: IN_PATH,
      name: NAME,
      jurisdiction: {
        sent: false,
        replaces: true,
        default: "default",
        oneOf: ["default", "eu", "fedramp", "us"],
      },
      location: {
        as: "locationHint",
        replaces: true,
        computed: true,
        oneOf: ["apac", "eeur", "enam", "weur", "wnam", "oc"],
      },
      storageClass: { as: "storageClass", default: "Standard", oneOf: ["Standard", "InfrequentAccess"] },
    },
    outputs: ["creationDate"],
    id: "name",
    imports: ["accountId", "id", "jurisdiction"],
    headers: bucketHeaders,
    body: (body, method) => (method === "update" ? undefined : body),
  },

  "secretsStore:SecretsStore": {
    collection: STORES,
    create: "post",
    inputs: { accountId: IN_PATH, name: NAME, force: { sent: false } },
    outputs: ["created", "modified"],
    id: "id",
    imports: ["accountId", "id"],
    query: ({ force }, method) => (method === "delete" && force === true ? { force } : {}),
  },

  "secretsStoreSecret:SecretsStoreSecret": {
    collection: `${STORES}/{storeId}/secrets`,
    create: "post",
    update: "patch",
    inputs: {
      accountId: IN_PATH,
      storeId: IN_PATH,
      name: NAME,
      value: { required: true, unread: true, sealed: true },
      scopes: REQUIRED,
      comment: {},
    },
    outputs: ["created", "modified", "status"],
    id: "id",
    imports: ["accountId", "storeId", "id"],
    body: (body, method) => (method === "create" ? [body] : body),
    result: (result) => (Array.isArray(result) ? (result[0] as unknown) : result),
  },
};
