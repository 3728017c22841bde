import { once } from "node:events";
import http from "node:http";
import { buffer } from "node:stream/consumers";
import type { WorkerOptions } from "miniflare";
import { DATA_SCRIPT } from "./data-script";

/** The Worker through which the API reaches the data of KV, D1 and R2. No other Worker can have this name. */
export const DATA_WORKER = "local:data";

/** The ids of the stores whose data the API reaches. */
export interface DataStores {
  readonly kv: readonly string[];
  readonly d1: readonly string[];
  readonly r2: readonly string[];
}

export interface DataRequest {
  readonly kind: keyof DataStores;
  readonly id: string;
  readonly method: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

export interface DataAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Asks the data Worker. */
export type Ask = (request: DataRequest) => Promise<DataAnswer>;

/** Miniflare's options for it. Ids of different kinds can be the same. */
export function dataWorker({ kv, d1, r2 }: DataStores): WorkerOptions {
  const bindings = (kind: keyof DataStores, ids: readonly string[]) =>
    Object.fromEntries(ids.map((id) => [`${kind}:${id}`, id]));
  return {
    modules: true,
    script: DATA_SCRIPT,
    compatibilityDate: "2026-04-01",
    kvNamespaces: bindings("kv", kv),
    d1Databases: bindings("d1", d1),
    r2Buckets: bindings("r2", r2),
  };
}

/** Sends a request to the Worker's Unix socket. */
export async function askDataWorker(
  socketPath: string,
  { kind, id, method, query, body }: DataRequest,
): Promise<DataAnswer> {
  // Keys are in the query, because a path would lose the keys `.` and `..`.
  const path = `/?${new URLSearchParams({ kind, id, ...query }).toString()}`;
  const request = http.request({ socketPath, method, path, agent: false }).end(body);
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}
