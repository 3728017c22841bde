import type { JsonObject } from "../../kit/json";
import type { Ask, DataAnswer } from "./data-worker";

/** An object without its content, with R2's names of its fields. */
export interface R2Entry {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly version: string;
  readonly uploaded: string;
  readonly storageClass: string;
  readonly httpMetadata: JsonObject;
  readonly customMetadata: JsonObject;
}

/** A page of a bucket's objects. */
export interface R2Page {
  readonly objects: readonly R2Entry[];
  readonly delimitedPrefixes: readonly string[];
  readonly truncated: boolean;
  readonly cursor?: string;
}

/** The objects of one R2 bucket, the same that Workers see. */
export class R2Objects {
  constructor(
    private readonly bucket: string,
    private readonly ask: Ask,
  ) {}

  async get(key: string): Promise<{ entry: R2Entry; content: Uint8Array } | undefined> {
    const { status, headers, body } = await this.#send("GET", { key });
    if (status === 404) return undefined;
    return { entry: JSON.parse(decodeURIComponent(String(headers["entry"]))) as R2Entry, content: body };
  }

  /** @param options as R2's `put` in a Worker takes them */
  async put(key: string, content: Uint8Array, options: JsonObject): Promise<R2Entry> {
    return json(await this.#send("PUT", { key, options: JSON.stringify(options) }, content)) as R2Entry;
  }

  async delete(key: string): Promise<void> {
    await this.#send("DELETE", { key });
  }

  /** @param options as R2's `list` in a Worker takes them */
  async list(options: JsonObject): Promise<R2Page> {
    return json(await this.#send("GET", { options: JSON.stringify(options) })) as R2Page;
  }

  #send(method: string, query: Record<string, string>, body?: Uint8Array): Promise<DataAnswer> {
    return this.ask({ kind: "r2", id: this.bucket, method, query, body });
  }
}

function json({ body }: DataAnswer): unknown {
  return JSON.parse(Buffer.from(body).toString());
}
