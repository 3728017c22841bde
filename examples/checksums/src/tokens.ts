import { createHash, timingSafeEqual } from "node:crypto";

/** Whether the header is `Bearer` with one of the tokens. It takes as long for a wrong token as for a right one. */
export function isAccepted(authorization: string | null, tokens: readonly (string | undefined)[]): boolean {
  const given = digest(authorization ?? "");
  return tokens.some((token) => token !== undefined && timingSafeEqual(given, digest(`Bearer ${token}`)));
}

/** Digests have the same length, which the comparison needs. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
