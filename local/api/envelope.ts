type Status = 400 | 403 | 404 | 413 | 500;

/** A failure as Cloudflare reports it. Its message goes to the client, so it never holds a secret's value. */
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

/** What the upload says is not acceptable. */
export const invalid = (message: string): ApiError => new ApiError(400, 10021, message);

export function success(result: unknown, extra: Record<string, unknown> = {}): Response {
  return Response.json({ success: true, errors: [], messages: [], result, ...extra });
}

export function page(items: readonly unknown[]): Record<string, unknown> {
  const count = items.length;
  return { result_info: { page: 1, per_page: count, count, total_count: count, total_pages: 1 } };
}

export function failure(error: unknown): Response {
  // Anything else is a bug here, and what it says may quote the request.
  const { status, code, message } =
    error instanceof ApiError ? error : new ApiError(500, 10013, "workers.api.error.unknown");
  // Clients retry these for minutes, and here the answer would stay the same.
  return Response.json(
    { success: false, errors: [{ code, message }], messages: [], result: null },
    { status, headers: status >= 500 ? { "x-should-retry": "false" } : {} },
  );
}
