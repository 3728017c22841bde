import { STATUS_CODES } from "node:http";
import { ApiError, callApi, jsonOf, NoAnswer } from "../../kit/cloudflare-api";
import { isObject } from "./values";

export interface Connection {
  readonly baseUrl: string;
  readonly apiToken: string;
}

/** The API refused a request. The message has the URL and the API's answer, but nothing of what was sent. */
class ApiFailure extends Error {
  override readonly name = "ApiFailure";

  constructor(
    request: string,
    readonly status: number | undefined,
    answer: unknown,
  ) {
    const line = status === undefined ? "no answer" : `${status} ${STATUS_CODES[status] ?? ""}`.trim();
    const advice = status === 403 && isRefusedToken(answer) ? REFUSED_TOKEN : "";
    const text = typeof answer === "string" ? answer : JSON.stringify(answer);
    super(`${advice}${request}: ${line} ${text}`.trimEnd());
  }
}

const REFUSED_TOKEN =
  "Cloudflare refused the API token: check CLOUDFLARE_API_TOKEN (or cloudflare:apiToken), and that the token may edit Workers scripts of this account. ";

/** 10000 is an authentication error, 9109 an unauthorised or unknown token. */
function isRefusedToken(answer: unknown): boolean {
  const errors = isObject(answer) ? answer.errors : undefined;
  return (
    Array.isArray(errors) &&
    errors.some((error: unknown) => isObject(error) && (error.code === 10000 || error.code === 9109))
  );
}

type Method = "get" | "put" | "post" | "patch" | "delete";

interface RequestSettings {
  readonly headers?: Readonly<Record<string, string>>;
  /** Only what has a value is sent. */
  readonly query?: Readonly<Record<string, unknown>>;
}

/** The waits between them are almost a minute in all. */
const TRIES = 11;
const TIMEOUT_MS = 60_000;

/** Cloudflare's API, by path. */
export class Api {
  readonly #baseUrl: string;
  readonly #apiToken: string;

  constructor({ baseUrl, apiToken }: Connection) {
    this.#baseUrl = baseUrl.replace(/\/$/, "");
    this.#apiToken = apiToken;
  }

  /** Makes a request and returns the envelope's `result`. */
  async send(method: Method, path: string, body?: unknown, settings: RequestSettings = {}): Promise<unknown> {
    const response = await this.#request(method, path, body, settings);
    const answer = await jsonOf(response).catch(() => {
      throw new Error(`${method.toUpperCase()} "${path}": the answer is not JSON, or it broke off`);
    });
    return isObject(answer) ? answer.result : undefined;
  }

  /** Makes a GET request and returns the response without reading its body. */
  async fetch(path: string): Promise<Response> {
    return this.#request("get", path, undefined, {});
  }

  async #request(method: Method, path: string, body: unknown, settings: RequestSettings): Promise<Response> {
    const address = `${this.#baseUrl}${path}`;
    const url = new URL(address);
    for (const [name, value] of Object.entries(settings.query ?? {})) {
      if ((value ?? null) !== null) url.searchParams.set(name, String(value));
    }
    const verb = method.toUpperCase() as Uppercase<Method>;
    try {
      return await callApi(url, {
        method: verb,
        headers: { authorization: `Bearer ${this.#apiToken}`, ...settings.headers },
        body,
        tries: TRIES,
        timeoutMs: TIMEOUT_MS,
        // The answer is read outside the tries: the API has done what was asked, and must not do it twice.
        read: (response) => response,
      });
    } catch (error) {
      const request = `${verb} "${address}"`;
      if (error instanceof ApiError) throw new ApiFailure(request, error.status, error.body);
      throw error instanceof NoAnswer ? new ApiFailure(request, undefined, error.message) : error;
    }
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 404;
}
