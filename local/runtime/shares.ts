import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Backend } from "./backend";

/**
 * The version for a request: the one that `Cloudflare-Workers-Version-Overrides` names, or else one by its share, always
 * the same for the same `Cloudflare-Workers-Version-Key`.
 */
export function chosen(backends: readonly Backend[], { headers }: IncomingMessage): Backend | undefined {
  const named = String(headers["cloudflare-workers-version-overrides"] ?? "");
  const overriding = backends.find(({ version }) => named.includes(`"${version}"`));
  if (overriding !== undefined || backends.length < 2) return overriding;
  const key = headers["cloudflare-workers-version-key"];
  let point = 100 * (key === undefined ? Math.random() : fractionOf(String(key)));
  return backends.find(({ percentage }) => (point -= percentage) < 0);
}

/** A number from 0 to 1, evenly spread over all keys. */
function fractionOf(key: string): number {
  return createHash("sha256").update(key).digest().readUInt32BE() / 2 ** 32;
}
