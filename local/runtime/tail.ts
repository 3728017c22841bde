import { Response, type WorkerOptions } from "miniflare";

/** What one call of a Worker's handler did, as Cloudflare's Tail Workers get it. */
export interface Trace {
  readonly logs: readonly { readonly level: string; readonly message: readonly unknown[] }[];
  readonly exceptions: readonly {
    readonly name: string;
    readonly message: string;
    readonly stack?: string;
  }[];
}

/** Gets what a Worker did, after each call of one of its handlers. */
export type OnTrace = (worker: string, traces: readonly Trace[]) => void;

/** No other Worker can have this name. */
export const TAIL = "local:tail";

const SCRIPT = `import { WorkerEntrypoint } from "cloudflare:workers";
export class Tail extends WorkerEntrypoint {
  async tail(traces) {
    const { worker } = this.ctx.props;
    await this.env.SINK.fetch("http://sink/" + worker, { method: "POST", body: JSON.stringify(traces) });
  }
}
export default {};`;

/** Miniflare's options for the Worker that gets the traces of the others. */
export function tailWorker(onTrace: OnTrace): WorkerOptions {
  return {
    modules: true,
    script: SCRIPT,
    compatibilityDate: "2026-04-01",
    serviceBindings: {
      SINK: async (request: { readonly url: string; json(): Promise<unknown> }) => {
        onTrace(new URL(request.url).pathname.slice(1), (await request.json()) as Trace[]);
        return new Response(null, { status: 204 });
      },
    },
  } as WorkerOptions;
}

/** Miniflare's options for a Worker, with those for its traces if they are wanted. */
export function traced(options: object, worker: string, onTrace: OnTrace | undefined): WorkerOptions {
  if (onTrace === undefined) return options as WorkerOptions;
  return { ...options, tails: [{ name: TAIL, entrypoint: "Tail", props: { worker } }] } as WorkerOptions;
}
