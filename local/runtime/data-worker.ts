import { once } from "node:events";
import http from "node:http";
import { buffer } from "node:stream/consumers";
import type { WorkerOptions } from "miniflare";

/** The Worker through which the API reaches the pairs of KV namespaces. No other Worker can have this name. */
export const DATA_WORKER = "local:data";

/** Keys are in the query, because a path would lose the keys `.` and `..`. */
const SCRIPT = `export default {
  async fetch(request, env) {
    const { searchParams } = new URL(request.url);
    const namespace = env[searchParams.get("namespace")];
    const key = searchParams.get("key");
    const list = async (prefix) => {
      const keys = [];
      for (let page = {}; !page.list_complete; ) {
        page = await namespace.list({ prefix, cursor: page.cursor });
        keys.push(...page.keys);
      }
      return keys;
    };
    switch (request.method) {
      case "GET": {
        if (key === null) return Response.json(await list(searchParams.get("prefix")));
        const { value, metadata } = await namespace.getWithMetadata(key, "arrayBuffer");
        if (value === null) return new Response(null, { status: 404 });
        return new Response(value, { headers: { metadata: encodeURIComponent(JSON.stringify(metadata)) } });
      }
      case "PUT": {
        const options = JSON.parse(searchParams.get("options"));
        const error = await namespace.put(key, await request.arrayBuffer(), options).catch((error) => error);
        return error ? new Response(error.message, { status: 400 }) : new Response();
      }
      case "DELETE": {
        const names = key === null ? (await list()).map(({ name }) => name) : [key];
        await Promise.all(names.map((name) => namespace.delete(name)));
        return new Response();
      }
    }
  },
};`;

/** Miniflare's options for it. */
export function dataWorker(namespaces: readonly string[]): WorkerOptions {
  return {
    modules: true,
    script: SCRIPT,
    compatibilityDate: "2026-04-01",
    kvNamespaces: Object.fromEntries(namespaces.map((id) => [id, id])),
  };
}

export interface KvKey {
  readonly name: string;
  /** Seconds since 1970, unless it does not expire. */
  readonly expiration?: number;
  readonly metadata?: unknown;
}

export interface KvValue {
  readonly value: Uint8Array;
  /** Null if it has none. */
  readonly metadata: unknown;
}

export interface KvOptions {
  readonly metadata?: unknown;
  /** Seconds since 1970, at least 60 from now. */
  readonly expiration?: number;
  /** Seconds from now, at least 60. */
  readonly expirationTtl?: number;
}

/** The runtime refused a pair; the message is the runtime's own. */
export class PairRejected extends Error {}

/** The pairs of one KV namespace, the same that Workers see. */
export class KvPairs {
  constructor(
    private readonly namespace: string,
    private readonly ask: (request: DataRequest) => Promise<DataAnswer>,
  ) {}

  async get(key: string): Promise<KvValue | undefined> {
    const { status, headers, body } = await this.#send("GET", { key });
    if (status === 404) return undefined;
    return { value: body, metadata: JSON.parse(decodeURIComponent(String(headers["metadata"]))) };
  }

  /** @throws PairRejected if the runtime refuses the options */
  async put(key: string, value: Uint8Array, options: KvOptions): Promise<void> {
    const { status, body } = await this.#send("PUT", { key, options: JSON.stringify(options) }, value);
    if (status !== 200) throw new PairRejected(Buffer.from(body).toString());
  }

  async delete(key: string): Promise<void> {
    await this.#send("DELETE", { key });
  }

  /** The keys that begin with a prefix, sorted. */
  async list(prefix: string): Promise<readonly KvKey[]> {
    const { body } = await this.#send("GET", { prefix });
    return JSON.parse(Buffer.from(body).toString()) as KvKey[];
  }

  /** Deletes all pairs. */
  async clear(): Promise<void> {
    await this.#send("DELETE", {});
  }

  #send(method: string, query: Record<string, string>, body?: Uint8Array): Promise<DataAnswer> {
    const search = new URLSearchParams({ namespace: this.namespace, ...query });
    return this.ask({ namespace: this.namespace, method, path: `/?${search.toString()}`, body });
  }
}

export interface DataRequest {
  readonly namespace: string;
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array | undefined;
}

export interface DataAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Sends a request to the Worker's Unix socket. */
export async function askDataWorker(
  socketPath: string,
  { method, path, body }: DataRequest,
): Promise<DataAnswer> {
  const request = http.request({ socketPath, method, path, agent: false }).end(body);
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}
