import { STATUS_CODES } from "node:http";
import type { BaseCloudflare } from "cloudflare/client";
import { APIError } from "cloudflare/error";
import { createClient } from "cloudflare/tree-shakable";
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
    super(`${advice}${request}: ${line} ${typeof answer === "string" ? answer : JSON.stringify(answer)}`);
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
  readonly query?: Readonly<Record<string, unknown>>;
}

/** Cloudflare's client, called by path because it has no methods for some of these endpoints. */
export class Api {
  readonly #client: BaseCloudflare;

  constructor({ baseUrl, apiToken }: Connection) {
    this.#client = createClient({
      resources: [],
      baseURL: baseUrl,
      apiToken,
      // Use this token only, and no other credentials from the environment.
      apiKey: null,
      apiEmail: null,
      userServiceKey: null,
      maxRetries: 10,
      // The environment can set the level to debug, at which the client prints whole requests, including secrets.
      logLevel: "off",
    });
  }

  /** Makes a request and returns the envelope's `result`. */
  async send(method: Method, path: string, body?: unknown, settings: RequestSettings = {}): Promise<unknown> {
    const options = { ...settings, ...(body !== undefined && { body }) };
    const answer = await this.#guard(method, path, () => this.#client[method]<unknown>(path, options));
    if (typeof answer === "string") {
      throw new Error(`${method.toUpperCase()} "${path}": the answer is not JSON`);
    }
    return isObject(answer) ? answer.result : undefined;
  }

  /** Makes a GET request and returns the response without reading its body. */
  async fetch(path: string): Promise<Response> {
    return this.#guard("get", path, () => this.#client.get(path).asResponse());
  }

  async #guard<T>(method: Method, path: string, request: () => PromiseLike<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof APIError)) throw error;
      const { status, error: answer, message } = error as APIError;
      throw new ApiFailure(
        `${method.toUpperCase()} "${this.#client.baseURL}${path}"`,
        status,
        answer ?? message,
      );
    }
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 404;
}
