import { once } from "node:events";
import http from "node:http";
import { Response, type WorkerOptions } from "miniflare";
import type { JsonObject } from "../../kit/json";
import type { WorkerCode } from "./code";
import { DESCRIBER } from "./exports";

/** What one call of a Worker's handler did, as Cloudflare's Tail Workers get it: `outcome`, `event` and more. */
export interface Trace extends JsonObject {
  readonly logs: readonly { readonly level: string; readonly message: readonly unknown[] }[];
  readonly exceptions: readonly {
    readonly name: string;
    readonly message: string;
    readonly stack?: string;
  }[];
}

/** Gets what a version of a Worker did, after each call of one of its handlers. */
export type OnTrace = (worker: string, version: string, traces: readonly Trace[]) => void;

/** No other Worker can have this name. */
export const TAIL = "local:tail";

/** It passes traces on from the start, or from the first request to it on: for each of them, it needs Node. */
const SCRIPT = `import { env, WorkerEntrypoint } from "cloudflare:workers";
let isWanted = env.WANTED;
export class Tail extends WorkerEntrypoint {
  async tail(traces) {
    if (!isWanted || traces.every(({ entrypoint }) => entrypoint === "${DESCRIBER}")) return;
    const { worker, version } = this.ctx.props;
    await this.env.SINK.fetch("http://sink/" + worker + "/" + version, { method: "POST", body: JSON.stringify(traces) });
  }
}
export default {
  fetch() {
    isWanted = true;
    return new Response();
  },
};`;

/** Lets the Worker at this Unix socket pass traces on. */
export async function wantTraces(socketPath: string): Promise<void> {
  const [response] = (await once(http.get({ socketPath, agent: false }), "response")) as [
    http.IncomingMessage,
  ];
  response.resume();
}

/** Miniflare's options for the Worker that gets the traces of the others. */
export function tailWorker(onTrace: OnTrace, isWanted: boolean): WorkerOptions {
  return {
    modules: true,
    script: SCRIPT,
    compatibilityDate: "2026-04-01",
    bindings: { WANTED: isWanted },
    serviceBindings: {
      SINK: async (request: { readonly url: string; json(): Promise<unknown> }) => {
        const [, worker = "", version = ""] = new URL(request.url).pathname.split("/");
        onTrace(worker, version, (await request.json()) as Trace[]);
        return new Response(null, { status: 204 });
      },
    },
  } as WorkerOptions;
}

/** Miniflare's options for a Worker, with those for its traces. */
export function traced(options: object, worker: string, { version }: WorkerCode): WorkerOptions {
  const props = { worker, version: version.id };
  return { ...options, tails: [{ name: TAIL, entrypoint: "Tail", props }] } as WorkerOptions;
}
