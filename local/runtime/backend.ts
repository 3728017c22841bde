import http from "node:http";
import type { Instance } from "./instance";

/** What answers requests. */
export type Serving = Omit<Instance, "startupMilliseconds" | "crashed">;

/** A version of a Worker that answers requests. */
export interface Answering {
  readonly instance: Serving;
  /** Its share of the requests, from 0 to 100. */
  readonly percentage: number;
  /** The version's id. */
  readonly version: string;
}

/** What answers requests now, and how many it is answering. */
export interface Backend extends Answering {
  readonly agent: http.Agent;
  inFlight: number;
  drained: (() => void) | undefined;
}

export function backend(answering: Answering): Backend {
  // workerd closes connections after five idle seconds. We close them earlier, so that none is reused while it closes.
  const agent = new http.Agent({ keepAlive: true, timeout: 3_000 });
  return { ...answering, agent, inFlight: 0, drained: undefined };
}

/** Waits for the requests in flight, and then stops what answers them. */
export async function drain(old: Backend, milliseconds: number): Promise<void> {
  if (old.inFlight > 0) {
    await new Promise<void>((resolve) => {
      old.drained = resolve;
      setTimeout(resolve, milliseconds).unref();
    });
  }
  await retire(old);
}

export async function retire(old: Backend): Promise<void> {
  old.agent.destroy();
  await old.instance.dispose();
}
