import { Hono, type HonoRequest } from "hono";
import type { Context } from "./context";
import { ApiError, success } from "./envelope";
import { kvNamespaces } from "./collections";
import { type KvOptions, KvPairs, PairRejected } from "../runtime/kv-pairs";
import { type JsonObject, stringList } from "../../kit/json";
import { parseObject, parseObjects } from "./parse-object";
import { readForm } from "./upload";

const MAX_KEY_BYTES = 512;
const MAX_VALUE_BYTES = 25 * 1024 * 1024;

/** The key-value pairs of the KV namespaces. */
export function kvRoutes({ store, resources }: Context) {
  const pairsOf = (request: HonoRequest): KvPairs => {
    const { account = "", namespace = "" } = request.param() as Record<string, string>;
    if (resources.kvNamespaces.find(account, namespace) === undefined) {
      throw new ApiError(404, ...kvNamespaces.missing);
    }
    return new KvPairs(namespace, store.data(account));
  };
  const find = async (request: HonoRequest) => {
    const pair = await pairsOf(request).get(keyOf(request));
    if (pair === undefined) throw new ApiError(404, 10009, "get: 'key not found'");
    return pair;
  };

  return new Hono()
    .basePath(`${kvNamespaces.path}/:namespace`)
    .get("/values/:key{.+}", async (c) => {
      const { value } = await find(c.req);
      return new Response(value, { headers: { "content-type": "application/octet-stream" } });
    })
    .get("/metadata/:key{.+}", async (c) => success((await find(c.req)).metadata))
    .put("/values/:key{.+}", async (c) => {
      const { value, metadata } = await readPair(c.req);
      await write(pairsOf(c.req), keyOf(c.req), value, { metadata, ...expirationOf(c.req.query()) });
      return success({});
    })
    .delete("/values/:key{.+}", async (c) => {
      await pairsOf(c.req).delete(keyOf(c.req));
      return success({});
    })
    .put("/bulk", async (c) => {
      const pairs = pairsOf(c.req);
      const sent = parseObjects(await c.req.text());
      for (const { key, value, base64, metadata, expiration, expiration_ttl } of sent) {
        if (typeof key !== "string" || typeof value !== "string") {
          throw new ApiError(400, 10033, "Each pair has a 'key' and a 'value' that are text.");
        }
        const bytes = Buffer.from(value, base64 === true ? "base64" : "utf8");
        await write(pairs, checkedKey(key), bytes, {
          metadata,
          ...expirationOf({ expiration, expiration_ttl }),
        });
      }
      return success({ successful_key_count: sent.length, unsuccessful_keys: [] });
    })
    .delete("/bulk", async (c) => success(await deleteKeys(pairsOf(c.req), await c.req.text())))
    .post("/bulk/delete", async (c) => success(await deleteKeys(pairsOf(c.req), await c.req.text())))
    .post("/bulk/get", async (c) => {
      const pairs = pairsOf(c.req);
      const { keys, type, withMetadata } = parseObject(await c.req.text());
      const values = (stringList(keys) ?? []).map(async (key) => {
        const pair = await pairs.get(checkedKey(key));
        if (pair === undefined) return [key, null] as const;
        const text = Buffer.from(pair.value).toString();
        const value: unknown = type === "json" ? parsed(text, "The value") : text;
        return [key, withMetadata === true ? { value, metadata: pair.metadata } : value] as const;
      });
      return success({ values: Object.fromEntries(await Promise.all(values)) });
    })
    .get("/keys", async (c) => {
      const keys = await pairsOf(c.req).list(c.req.query("prefix") ?? "");
      return success(keys, { result_info: { count: keys.length, cursor: "" } });
    });
}

function keyOf(request: HonoRequest): string {
  const { key = "" } = request.param() as Record<string, string>;
  return checkedKey(key);
}

function checkedKey(key: string): string {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new ApiError(400, 10030, `The key is above ${MAX_KEY_BYTES} bytes.`);
  }
  return key;
}

async function write(pairs: KvPairs, key: string, value: Uint8Array, options: KvOptions): Promise<void> {
  if (value.byteLength > MAX_VALUE_BYTES) throw new ApiError(413, 10031, "The value is above 25 MiB.");
  try {
    await pairs.put(key, value, options);
  } catch (error) {
    if (error instanceof PairRejected) throw new ApiError(400, 10033, error.message);
    throw error;
  }
}

async function deleteKeys(pairs: KvPairs, text: string): Promise<object> {
  const keys = stringList(parsed(text, "The request body"));
  if (keys === undefined) throw new ApiError(400, 10002, "The request body is not a list of keys.");
  await Promise.all(keys.map((key) => pairs.delete(checkedKey(key))));
  return { successful_key_count: keys.length, unsuccessful_keys: [] };
}

/** A form has a part `value` and perhaps one `metadata`; any other body is the value. */
async function readPair(request: HonoRequest): Promise<{ value: Uint8Array; metadata: unknown }> {
  if (request.header("content-type")?.startsWith("multipart/form-data") !== true) {
    return { value: new Uint8Array(await request.arrayBuffer()), metadata: undefined };
  }
  const form = await readForm(request);
  const part = form.get("value");
  if (part === null) throw new ApiError(400, 10033, "The form has no part 'value'.");
  const value = typeof part === "string" ? Buffer.from(part) : new Uint8Array(await part.arrayBuffer());
  const metadata = form.get("metadata");
  if (metadata === null) return { value, metadata: undefined };
  return {
    value,
    metadata: parsed(typeof metadata === "string" ? metadata : await metadata.text(), "The part 'metadata'"),
  };
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 10034, `${what} is not JSON.`);
  }
}

function expirationOf({ expiration, expiration_ttl: ttl }: JsonObject): KvOptions {
  if (expiration !== undefined) return { expiration: Number(expiration) };
  return ttl === undefined ? {} : { expirationTtl: Number(ttl) };
}
