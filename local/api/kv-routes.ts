import { Hono, type HonoRequest } from "hono";
import type { Context } from "./context";
import { ApiError, success } from "./envelope";
import { kvNamespaces } from "./collections";
import { type KvPairs, PairRejected } from "../runtime/data-worker";
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
    return store.shared(account).kvPairs(namespace);
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
      if (value.byteLength > MAX_VALUE_BYTES) throw new ApiError(413, 10031, "The value is above 25 MiB.");
      try {
        await pairsOf(c.req).put(keyOf(c.req), value, { metadata, ...expirationOf(c.req) });
      } catch (error) {
        if (error instanceof PairRejected) throw new ApiError(400, 10033, error.message);
        throw error;
      }
      return success({});
    })
    .delete("/values/:key{.+}", async (c) => {
      await pairsOf(c.req).delete(keyOf(c.req));
      return success({});
    })
    .get("/keys", async (c) => {
      const keys = await pairsOf(c.req).list(c.req.query("prefix") ?? "");
      return success(keys, { result_info: { count: keys.length, cursor: "" } });
    });
}

function keyOf(request: HonoRequest): string {
  const { key = "" } = request.param() as Record<string, string>;
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new ApiError(400, 10030, `The key is above ${MAX_KEY_BYTES} bytes.`);
  }
  return key;
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
  return { value, metadata: parsed(typeof metadata === "string" ? metadata : await metadata.text()) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 10034, "The part 'metadata' is not JSON.");
  }
}

function expirationOf(request: HonoRequest): { expiration?: number; expirationTtl?: number } {
  const { expiration, expiration_ttl: ttl } = request.query();
  if (expiration !== undefined) return { expiration: Number(expiration) };
  return ttl === undefined ? {} : { expirationTtl: Number(ttl) };
}
