import { setTimeout as delay } from "node:timers/promises";
import { mayPass, waitOf } from "./retry-rules";

/** One request to Cloudflare's API. */
export interface ApiRequest<T> {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** With lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** A form, a Blob and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  /** How often the request is sent at most. */
  readonly tries: number;
  /** The limit for each try, from the request until `read` returns. */
  readonly timeoutMs: number;
  /** The limit for all tries. */
  readonly signal?: AbortSignal;
  /** Reads the answer. If it breaks off here, the request is sent again, but not after a SyntaxError. */
  readonly read: (response: Response) => T | Promise<T>;
}

/** The API refused a request. The message leaves out its answer, which may quote what was sent. */
export class ApiError extends Error {
  /** @param body the parsed answer, or its text if it is not JSON */
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Headers,
  ) {
    super(`HTTP ${status}`);
  }
}

/** There was no answer, or it broke off. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    // The error of fetch says only that it failed, and its cause says why.
    const reason = `${String(cause)} ${String((cause as Error).cause)}`;
    super(/timed? ?out/i.test(reason) ? "Request timed out." : "Connection error.", { cause });
  }
}

/**
 * Sends a request, and sends it again if the failure may pass. Cloudflare's own client is not used for this: without a
 * bundler, each of its entries loads the code of all its resources, which is more than a thousand files.
 *
 * @throws ApiError; NoAnswer; SyntaxError from `read`; NoAnswer or AbortError if the signal ends it
 */
export async function callApi<T>(url: string | URL, request: ApiRequest<T>): Promise<T> {
  const { method, tries, signal } = request;
  const sent = { method, ...contentOf(request) };
  for (let tried = 1; ; tried++) {
    let refusal: Headers | undefined;
    try {
      return await callOnce(url, sent, request);
    } catch (error) {
      if (error instanceof ApiError) refusal = error.headers;
      const again =
        error instanceof ApiError ? mayPass(error.status, error.headers) : error instanceof NoAnswer;
      if (!again || tried === tries || signal?.aborted) throw error;
    }
    await delay(waitOf(tried, refusal), undefined, signal && { signal });
  }
}

/**
 * Parses an answer.
 *
 * @returns undefined if it has no content
 * @throws SyntaxError if it is not JSON
 */
export async function jsonOf(response: Response): Promise<unknown> {
  const isJson = /^[^;]*\bjson\b/i.test(response.headers.get("content-type") ?? "");
  const text = await response.text();
  if (response.status === 204 || (isJson && response.headers.get("content-length") === "0")) return undefined;
  if (!isJson) throw new SyntaxError("The answer is not JSON");
  return JSON.parse(text);
}

async function callOnce<T>(url: string | URL, sent: RequestInit, request: ApiRequest<T>): Promise<T> {
  const { timeoutMs, signal, read } = request;
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new Error("timed out"));
  }, timeoutMs);
  try {
    const either = signal ? AbortSignal.any([limit.signal, signal]) : limit.signal;
    // A redirect could carry the credentials to another host. Unfollowed, it is a refusal.
    const response = await fetch(url, { ...sent, signal: either, redirect: "manual" });
    if (response.ok) return await read(response);
    throw new ApiError(response.status, await refusalOf(response), response.headers);
  } catch (error) {
    throw error instanceof ApiError || error instanceof SyntaxError ? error : new NoAnswer(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The same for every try: fetch does not use up a form, a Blob or bytes, and gives a form a new boundary each time. */
function contentOf({ headers, body }: ApiRequest<unknown>): RequestInit {
  if (body === undefined) return { headers: checked(headers) };
  if (body instanceof FormData || body instanceof Blob || body instanceof Uint8Array) {
    return { headers: checked(headers), body };
  }
  return {
    headers: checked({ "content-type": "application/json", ...headers }),
    body: JSON.stringify(body),
  };
}

function checked(headers: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers({ accept: "application/json", ...headers });
  } catch {
    // The error that was caught quotes the value.
    throw new Error("The API token, or another header, has a character that HTTP does not allow in a header");
  }
}

/** The API's answer, parsed if it is JSON. */
async function refusalOf(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => "");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
