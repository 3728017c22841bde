import { setTimeout as delay } from "node:timers/promises";

/** A refusal by the API. */
export class ApiError extends Error {
  /** @param body the parsed answer; undefined if it is not JSON */
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`HTTP ${status}`);
  }
}

export interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** The limit for each try, from the request to the end of the answer. */
  readonly timeoutMs: number;
  /** The limit for all tries. */
  readonly signal: AbortSignal;
}

/** How often a request is sent, and the wait before it is sent again if the answer does not say how long. */
const TRIES = 3;
const WAIT_MS = 500;
/** Timeout, conflict, too many requests. */
const PASSING = [408, 409, 429];

/**
 * Sends a GET request and returns the parsed answer. Cloudflare's own client is not used for this: without a bundler,
 * each of its entries loads the code of all its resources, which takes longer than the rest of an audit.
 *
 * @throws ApiError; SyntaxError if the answer is not JSON; another error if there is no answer
 */
export async function getJson(url: string, options: GetOptions): Promise<unknown> {
  const { headers, timeoutMs, signal } = options;
  for (let tries = 1; ; tries++) {
    let wait: number | undefined;
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      // A redirect could carry the credentials to another host.
      const response = await fetch(url, { headers, signal: limit, redirect: "error" });
      if (response.ok) return await response.json();
      wait = secondsOf(response.headers.get("retry-after"));
      throw new ApiError(response.status, await response.json().catch(() => undefined));
    } catch (error) {
      if (tries === TRIES || signal.aborted || !mayPass(error)) throw error;
    }
    await delay(wait ?? WAIT_MS * 2 ** (tries - 1), undefined, { signal });
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500 || PASSING.includes(error.status);
  return !(error instanceof SyntaxError);
}

/** @returns milliseconds; undefined if the header is absent or a date */
function secondsOf(retryAfter: string | null): number | undefined {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? 1000 * Number(retryAfter) : undefined;
}
