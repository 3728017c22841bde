import { Hono, type HonoRequest } from "hono";
import type { JsonObject } from "../../kit/json";
import { type R2Entry, R2Objects } from "../runtime/r2-objects";
import { r2Buckets } from "./collections";
import type { Context } from "./context";
import { ApiError, success } from "./envelope";

/** The headers of an object, and what R2 calls them. */
const HEADERS = [
  ["content-type", "contentType"],
  ["content-language", "contentLanguage"],
  ["content-disposition", "contentDisposition"],
  ["content-encoding", "contentEncoding"],
  ["cache-control", "cacheControl"],
  ["expires", "cacheExpiry"],
] as const;

/** The objects of R2 buckets. */
export function r2Routes({ store, resources }: Context) {
  const objectsOf = (request: HonoRequest): R2Objects => {
    const { account = "", bucket = "" } = request.param() as Record<string, string>;
    if (resources.r2Buckets.find(account, bucket) === undefined)
      throw new ApiError(404, ...r2Buckets.missing);
    return new R2Objects(bucket, store.data(account));
  };
  return new Hono()
    .basePath(`${r2Buckets.path}/:bucket/objects`)
    .get("/", async (c) => {
      const { prefix, delimiter, cursor, start_after: startAfter, per_page } = c.req.query();
      const limit = Number(per_page ?? 1000);
      const page = await objectsOf(c.req).list({ prefix, delimiter, cursor, startAfter, limit });
      const info = {
        cursor: page.cursor ?? "",
        is_truncated: page.truncated,
        delimited: page.delimitedPrefixes,
      };
      return success(page.objects.map(entryView), { result_info: { ...info, per_page: limit } });
    })
    .get("/:key{.+}", async (c) => {
      const found = await objectsOf(c.req).get(c.req.param("key"));
      if (found === undefined) throw new ApiError(404, 10007, "The specified key does not exist.");
      return new Response(found.content, { headers: headersOf(found.entry) });
    })
    .put("/:key{.+}", async (c) => {
      const given = HEADERS.map(([header, field]) => [field, c.req.header(header)] as const);
      const httpMetadata = Object.fromEntries(given.filter(([, value]) => value !== undefined));
      const storageClass = c.req.header("cf-r2-storage-class");
      const content = new Uint8Array(await c.req.arrayBuffer());
      const options = { httpMetadata, ...(storageClass && { storageClass }) };
      return success(entryView(await objectsOf(c.req).put(c.req.param("key"), content, options)));
    })
    .delete("/:key{.+}", async (c) => {
      const key = c.req.param("key");
      await objectsOf(c.req).delete(key);
      return success({ key });
    });
}

function entryView({ key, etag, size, version, ...entry }: R2Entry): JsonObject {
  return {
    key,
    etag,
    size,
    version,
    last_modified: entry.uploaded,
    storage_class: entry.storageClass,
    http_metadata: entry.httpMetadata,
    custom_metadata: entry.customMetadata,
  };
}

function headersOf({ etag, uploaded, storageClass, httpMetadata }: R2Entry): [string, string][] {
  const own = HEADERS.flatMap(([header, field]): [string, string][] => {
    const value = httpMetadata[field];
    if (typeof value !== "string") return [];
    return [[header, header === "expires" ? new Date(value).toUTCString() : value]];
  });
  return [
    ...own,
    ["etag", `"${etag}"`],
    ["last-modified", new Date(uploaded).toUTCString()],
    ["cf-r2-storage-class", storageClass],
  ];
}
