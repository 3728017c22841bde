import * as z from "zod";
import { ApiError, callApi, jsonOf, NoAnswer } from "../../kit/cloudflare-api";
import { isAbsence } from "../../kit/live/cloudflare";

const TRIES = 3;
const TIMEOUT_MS = 20_000;

/** Reads Cloudflare's API with the user's token. */
export class Api {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #baseUrl: string;

  /** @param env has the token, and the API's address if that is not Cloudflare's */
  constructor(
    env: NodeJS.ProcessEnv,
    private readonly signal: AbortSignal,
  ) {
    this.#baseUrl = env.CLOUDFLARE_BASE_URL || "https://api.cloudflare.com/client/v4";
    this.#headers = { authorization: `Bearer ${env.CLOUDFLARE_API_TOKEN ?? ""}` };
  }

  /** @returns the answer's `result`; undefined if there is no such thing */
  async get<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    return this.read(
      path,
      async (response) => z.object({ result: schema }).parse(await jsonOf(response)).result,
    );
  }

  /** @returns what `read` makes of the answer; undefined if there is no such thing */
  async read<T>(path: string, read: (response: Response) => Promise<T>): Promise<T | undefined> {
    const [method, headers, signal] = ["GET", this.#headers, this.signal] as const;
    try {
      return await callApi(this.#baseUrl + path, {
        method,
        headers,
        signal,
        tries: TRIES,
        timeoutMs: TIMEOUT_MS,
        read,
      });
    } catch (error) {
      if (isAbsence(error)) return undefined;
      if (this.signal.aborted) throw error;
      const what = path.replace(/\?.*/, "").replace(/[0-9a-f]{32}/, "<account>");
      throw new Error(`Cloudflare could not be asked for ${what} (${reasonOf(error)}`, { cause: error });
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ApiError && [401, 403].includes(error.status)) {
    return `HTTP ${error.status}). The token needs to read Workers Scripts, Workers Routes, Zones and, for --worker, Queues.`;
  }
  if (error instanceof ApiError && error.status === 404) {
    return "HTTP 404). Check the account's id.";
  }
  const what =
    error instanceof ApiError
      ? `HTTP ${error.status}`
      : error instanceof NoAnswer
        ? error.message
        : "not an answer of its API";
  return `${what}). Run it again, or without asking: --offline`;
}
