/** The rules by which Cloudflare's own client sends a request again. */

/** Timeout, conflict, too many requests. */
const PASSING = [408, 409, 429];
/** The wait before the second try if the answer does not say how long. It doubles with each try, up to the cap. */
const WAIT_MS = 500;
const WAIT_CAP_MS = 8_000;

/** Whether a refusal may pass. */
export function mayPass(status: number, headers: Headers): boolean {
  const told = headers.get("x-should-retry");
  if (told === "true" || told === "false") return told === "true";
  return status >= 500 || PASSING.includes(status);
}

/**
 * The milliseconds to wait before the next try.
 *
 * @param tried how often the request was sent
 * @param headers of the refusal, which may say how long
 */
export function waitOf(tried: number, headers = new Headers()): number {
  const after = headers.get("retry-after") ?? "";
  const asked = [
    parseFloat(headers.get("retry-after-ms") ?? ""),
    1000 * parseFloat(after),
    Date.parse(after) - Date.now(),
  ].find((wait) => !Number.isNaN(wait));
  if (asked !== undefined) return Math.max(0, asked);
  // Up to a quarter less, so that many clients do not come back at once.
  return Math.min(WAIT_MS * 2 ** (tried - 1), WAIT_CAP_MS) * (1 - Math.random() / 4);
}
