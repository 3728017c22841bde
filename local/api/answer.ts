import { BASE_PATH, type createApp, isSigned } from "./app";
import type { Context } from "./context";
import { failure } from "./envelope";
import { authorize } from "./tokens/access";
import type { ApiToken } from "./tokens/api-token";

/** Who sees the requests. */
export interface Observers {
  /**
   * Called before each request is handled. If it returns a Response, that is sent instead. Tests inject faults with it,
   * and delays, because it may be async.
   */
  intercept?: (request: Request) => Response | undefined | Promise<Response | undefined>;
  /** Called after each response; `path` includes the query, `requestBytes` is the length of the body. */
  onRequest?: (entry: { method: string; path: string; status: number; requestBytes: number }) => void;
}

interface Answering extends Observers {
  readonly app: Pick<ReturnType<typeof createApp>, "fetch">;
  readonly context: Context;
  readonly apiToken: string;
}

/** Answers a request. @param address where it comes from */
export async function answer(
  incoming: Request,
  address: string,
  { app, context, apiToken, intercept, onRequest }: Answering,
): Promise<Response> {
  const { method, url, headers } = incoming;
  const { pathname, search } = new URL(url);
  let response: Response;
  let requestBytes = 0;
  try {
    // Before the body is read: it can be large, and its sender may have no token.
    const caller = callerOf(incoming, address, context, apiToken);
    const body = await incoming.arrayBuffer();
    requestBytes = body.byteLength;
    const hasBody = requestBytes > 0 && method !== "GET" && method !== "HEAD";
    const request = new Request(url, { method, headers, ...(hasBody ? { body } : {}) });
    if (caller !== undefined) context.callers.set(request, caller);
    response = (await intercept?.(request.clone())) ?? (await app.fetch(request));
  } catch (error) {
    response = failure(error);
  }
  onRequest?.({ method, path: pathname + search, status: response.status, requestBytes });
  return response;
}

function callerOf(
  { method, url, headers }: Request,
  address: string,
  context: Context,
  apiToken: string,
): ApiToken | undefined {
  const { pathname, searchParams: query } = new URL(url);
  if (isSigned(pathname)) return undefined;
  const asked = { method, path: decoded(pathname.slice(BASE_PATH.length)), query };
  return authorize(context, asked, headers.get("authorization"), address, apiToken);
}

/** A path as the routes read it: `%74okens` is `tokens`, and an encoded slash stays in its segment. */
function decoded(path: string): string {
  const segments = path.split("/").map((segment) => {
    try {
      const text = decodeURIComponent(segment);
      return text.includes("/") ? segment : text;
    } catch {
      return segment;
    }
  });
  return segments.join("/");
}
