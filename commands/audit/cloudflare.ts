import { once } from "node:events";
import type { BaseCloudflare } from "cloudflare/client";
import { APIError } from "cloudflare/error";
import { createClient } from "cloudflare/tree-shakable";
import { isObject, type JsonObject } from "../../kit/json";
import type { Notes } from "./notes";
import type { DeployedWorker } from "./state";

/** A request has this long for its answer, and is made three times. */
const TIMEOUT_MS = 10_000;
/** After so many failures in a row the account is asked no more: it would be the same for every Worker. */
const GIVE_UP_AFTER = 8;

/** Cloudflare's API, which is only read here. */
export class Cloudflare {
  readonly #client: BaseCloudflare;
  /** How often in a row an account's answers were of no use, and what was noted then. */
  readonly #failures = new Map<string, { readonly inARow: number; readonly note: string }>();

  /**
   * @param env where the token is found: see {@link hasToken}
   * @param notes gets what could not be read
   */
  constructor(
    env: NodeJS.ProcessEnv,
    private readonly notes: Notes,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    const { CLOUDFLARE_API_TOKEN: apiToken, CLOUDFLARE_BASE_URL: baseURL } = env;
    this.#client = createClient({
      resources: [],
      ...(baseURL ? { baseURL } : {}),
      ...(apiToken
        ? // This token and no other identity that the environment may hold.
          { apiToken, apiKey: null, apiEmail: null }
        : { apiToken: null, apiKey: env.CLOUDFLARE_API_KEY ?? null, apiEmail: env.CLOUDFLARE_EMAIL ?? null }),
      userServiceKey: null,
      timeout: timeoutMs,
      maxRetries: 2,
      logLevel: "off",
    });
  }

  /**
   * Reads something of a Worker.
   *
   * @param path below `/accounts/<account>/workers/`
   * @param read takes what it needs from the answer's `result`; undefined where that is not what it should be
   * @returns `absent` where Cloudflare says that there is no such Worker, `unreadable` where nobody knows
   */
  async read<T>(
    { accountId, script }: Pick<DeployedWorker, "accountId" | "script">,
    path: string,
    read: (result: JsonObject) => T | undefined,
  ): Promise<T | "absent" | "unreadable"> {
    if (accountId === undefined) {
      this.notes.fail("The account of {} is encrypted in the state: set it without --secret.", script);
      return "unreadable";
    }
    const { inARow = 0, note = "" } = this.#failures.get(accountId) ?? {};
    if (inARow >= GIVE_UP_AFTER) {
      this.notes.fail(note, script);
      return "unreadable";
    }
    try {
      const answer = await this.#get(`/accounts/${accountId}/workers/${path}`);
      const found = isObject(answer) && isObject(answer.result) ? read(answer.result) : undefined;
      if (found === undefined) throw new SyntaxError();
      this.#failures.delete(accountId);
      return found;
    } catch (error) {
      if (isAbsence(error)) return "absent";
      const sentence = noteOf(error, accountId);
      this.#failures.set(accountId, {
        inARow: (this.#failures.get(accountId)?.inARow ?? 0) + 1,
        note: sentence,
      });
      this.notes.fail(sentence, script);
      return "unreadable";
    }
  }

  async #get(path: string): Promise<unknown> {
    // The client's own limit ends with the headers, and it waits for as long as Retry-After says.
    const limit = AbortSignal.timeout(4 * this.timeoutMs);
    const late = once(limit, "abort").then(() => {
      throw limit.reason;
    });
    return Promise.race([this.#client.get(path, { signal: limit }), late]);
  }
}

/** What the official provider and Wrangler take from the environment. */
export function hasToken(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.CLOUDFLARE_API_TOKEN) || Boolean(env.CLOUDFLARE_API_KEY && env.CLOUDFLARE_EMAIL);
}

/** 7000 and 7003 are what it says to an address that is none, as of an account that is none. */
function isAbsence(error: unknown): boolean {
  if (!(error instanceof APIError) || error.status !== 404 || !Array.isArray(error.errors)) return false;
  const [first] = error.errors as unknown[];
  return isObject(first) && typeof first.code === "number" && first.code !== 7000 && first.code !== 7003;
}

/** What the API says is left out: it may quote what it was sent. */
function noteOf(error: unknown, accountId: string): string {
  const status = error instanceof APIError ? (error as APIError).status : undefined;
  // 400 is what it says to a token of the wrong form.
  if (status === 400 || status === 401 || status === 403) {
    return `The token may not read Workers of account ${accountId} (HTTP ${status}): it needs Workers Scripts Read. Nobody looked at {}.`;
  }
  const reason =
    status !== undefined
      ? `HTTP ${status}`
      : error instanceof SyntaxError
        ? "not an answer of its API"
        : "no answer";
  return `Cloudflare could not be asked about {} of account ${accountId} (${reason}): run it again. https://www.cloudflarestatus.com tells of outages.`;
}
