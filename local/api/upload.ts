import type { HonoRequest } from "hono";
import type { Module } from "../runtime/code";
import { ApiError, invalid } from "./envelope";
import { isObject, type JsonObject } from "../../kit/json";
import { parseObject } from "./parse-object";

export interface Upload {
  readonly metadata: JsonObject;
  readonly modules: readonly Module[];
}

const MAX_SCRIPT_BYTES = 10 * 1024 * 1024;

/** Reads a multipart upload, a `metadata` part and one part for each module, or the plain script of a service worker. */
export async function readUpload(request: HonoRequest): Promise<Upload> {
  const { metadata, modules } = (await scriptOf(request)) ?? (await formOf(request));
  const entry = metadata["main_module"] ?? metadata["body_part"];
  // A Worker may have static assets only.
  if (entry === undefined && modules.length === 0 && isObject(metadata["assets"]))
    return { metadata, modules };
  if (typeof entry !== "string") throw invalid("'metadata' names neither a 'main_module' nor a 'body_part'.");
  if (!modules.some(({ name }) => name === entry)) throw invalid(`No such module: '${entry}'.`);
  const bytes = modules.reduce((sum, { content }) => sum + content.byteLength, 0);
  if (bytes > MAX_SCRIPT_BYTES) {
    throw new ApiError(
      413,
      10027,
      `Your Worker exceeded the size limit of ${MAX_SCRIPT_BYTES / 1024 / 1024} MiB.`,
    );
  }
  return { metadata, modules };
}

/** cloudflare-go v0 sends a script that has no bindings as it is. */
async function scriptOf(request: HonoRequest): Promise<Upload | undefined> {
  const contentType = request.header("content-type") ?? "";
  if (!/^(?:application|text)\/javascript\s*(?:;|$)/.test(contentType)) return undefined;
  const content = new Uint8Array(await request.arrayBuffer());
  return { metadata: { body_part: "script" }, modules: [{ name: "script", contentType, content }] };
}

async function formOf(request: HonoRequest): Promise<Upload> {
  const form = await readForm(request);
  return { metadata: await metadataOf(form), modules: await modulesOf(form) };
}

export async function readForm(request: HonoRequest): Promise<FormData> {
  try {
    return await request.formData();
  } catch {
    throw new ApiError(400, 10002, "The request body is not multipart/form-data.");
  }
}

/** Parses the JSON in one part, which may be a field or a file. */
export async function jsonPart(form: FormData, name: string): Promise<JsonObject | undefined> {
  const part = form.get(name);
  if (part === null) return undefined;
  return parseObject(typeof part === "string" ? part : await part.text());
}

async function metadataOf(form: FormData): Promise<JsonObject> {
  const metadata = await jsonPart(form, "metadata");
  if (metadata !== undefined) return metadata;
  const flattened = [...form].filter(([key]) => key.startsWith("metadata["));
  if (flattened.length === 0) throw invalid("The upload has no 'metadata' part.");
  const result = emptyObject();
  for (const [key, value] of flattened) {
    if (typeof value === "string") assign(result, key.slice("metadata".length), value);
  }
  return result;
}

/** The `cloudflare` npm client flattens objects: `metadata[bindings][][name]`. A repeated key starts the next item. */
function assign(target: JsonObject, path: string, value: string): void {
  const [, key = "", list, rest = ""] = /^\[([^\]]+)\](\[\])?(.*)$/s.exec(path) ?? [];
  if (list === undefined && rest === "") {
    target[key] = key !== "text" && /^(true|false)$/.test(value) ? value === "true" : value;
  } else if (list === undefined) {
    assign(child(target, key), rest, value);
  } else {
    const items = (target[key] ??= []) as unknown[];
    if (rest === "") {
      items.push(value);
      return;
    }
    const last = items.at(-1);
    const first = /^\[([^\]]+)\]/.exec(rest)?.[1] ?? "";
    const item = isObject(last) && !(first in last) ? last : emptyObject();
    if (item !== last) items.push(item);
    assign(item, rest, value);
  }
}

/** An object without a prototype, so that no key of a request can reach one. */
function emptyObject(): JsonObject {
  return Object.create(null) as JsonObject;
}

function child(target: JsonObject, key: string): JsonObject {
  const existing = target[key];
  if (isObject(existing)) return existing;
  const created = emptyObject();
  target[key] = created;
  return created;
}

async function modulesOf(form: FormData): Promise<Module[]> {
  const parts = [...form].filter(([key]) => key !== "metadata" && !key.startsWith("metadata["));
  return Promise.all(
    parts.map(async ([key, part]) => {
      if (typeof part === "string") {
        return { name: key, contentType: "application/javascript", content: Buffer.from(part) };
      }
      // The official clients send modules as `files`, `files[]` or `files[NAME]`; the first two have file names only.
      const [inFiles, name = ""] = /^files(?:\[(.*)\])?$/.exec(key) ?? [];
      return {
        name: inFiles === undefined ? key : name || part.name,
        contentType: part.type || "application/octet-stream",
        content: new Uint8Array(await part.arrayBuffer()),
      };
    }),
  );
}
