import { channel } from "node:diagnostics_channel";

/** The channel on which the component asks for stand-ins. Process-wide: a program's modules are loaded again for each run. */
export const STAND_INS = "cloudflare-worker-secrets:stand-ins";

/** A question that is answered by setting `text`. */
export interface StandIn {
  /** The binding's name, or that of a store's secret. */
  readonly name: string;
  text?: string | undefined;
}

/** A value that the process that runs the program gives in place of a secret's own; undefined in any deploy by Pulumi. */
export function standInFor(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const asked: StandIn = { name };
  channel(STAND_INS).publish(asked);
  return asked.text;
}
