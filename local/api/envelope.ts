type Status = 400 | 401 | 403 | 404 | 409 | 413 | 500;

/** A failure as Cloudflare reports it. The client gets the message, so it never holds the value of a secret. */
export class ApiError extends Error {
  constructor(
    readonly status: Status,
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export const scriptNotFound = (): ApiError =>
  new ApiError(404, 10007, "This Worker does not exist on your account.");

/** What a request gets that comes too late. */
export const closing = (): ApiError => new ApiError(500, 10013, "This Cloudflare is being closed.");

/** Cloudflare's error for an invalid upload. */
export const invalid = (message: string): ApiError => new ApiError(400, 10021, message);

export function success(result: unknown, extra: Record<string, unknown> = {}, status = 200): Response {
  return Response.json({ success: true, errors: [], messages: [], result, ...extra }, { status });
}

export function page(items: readonly unknown[]): Record<string, unknown> {
  const count = items.length;
  return { result_info: { page: 1, per_page: count, count, total_count: count, total_pages: 1 } };
}

export function failure(error: unknown): Response {
  // Any other error is a bug in this emulator, and its message may quote the request.
  const { status, code, message } =
    error instanceof ApiError ? error : new ApiError(500, 10013, "workers.api.error.unknown");
  // Clients retry a 409 or 5xx for minutes, but this emulator would give the same answer each time.
  return Response.json(
    { success: false, errors: [{ code, message }], messages: [], result: null },
    { status, headers: status === 409 || status >= 500 ? { "x-should-retry": "false" } : {} },
  );
}
