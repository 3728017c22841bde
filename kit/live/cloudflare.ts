import * as z from "zod";
import { ApiError, type ApiRequest, callApi, jsonOf } from "../cloudflare-api";
import type { Notes } from "../notes";

const TRIES = 3;
/** The limit for each try. */
const TIMEOUT_MS = 10_000;
/** After this many failures in a row, skip the account: its other Workers would fail for the same reason. */
const GIVE_UP_AFTER = 8;

/** An account id that is safe in a request's path. */
const ACCOUNT = /^[0-9a-f]{32}$/;
/** The script names that Cloudflare accepts. None has a meaning in a path, as `..` would. */
const SCRIPT = /^[\w-]+$/;

/** A Worker as the state of a stack names it. */
export interface Worker {
  /** Undefined if the state does not say. */
  readonly accountId: string | undefined;
  /** The script's name in the account. */
  readonly script: string;
}

/** A part of the API. */
type Area = keyof typeof NEEDED;

/** A client for the part of Cloudflare's API that is about one Worker. */
export class Cloudflare {
  readonly #baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;
  /** For each account and area, the number of failures in a row and the note about the last one. */
  readonly #failures = new Map<string, { readonly inARow: number; readonly note: string }>();

  /**
   * @param env has the token: see {@link hasToken}
   * @param notes collects what could not be read
   */
  constructor(
    env: NodeJS.ProcessEnv,
    private readonly notes: Notes,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_KEY: key = "", CLOUDFLARE_EMAIL: email = "" } = env;
    this.#baseUrl = env.CLOUDFLARE_BASE_URL || "https://api.cloudflare.com/client/v4";
    this.#headers = token
      ? { authorization: `Bearer ${token}` }
      : { "x-auth-email": email, "x-auth-key": key };
  }

  /**
   * Reads something about a Worker.
   *
   * @param path returns the path below `/accounts/<account>/<area>/`; called only with a safe script name
   * @param schema the schema of the answer's `result`
   * @param area what the path is about; for a Secrets Store, `script` is the store's id
   * @returns `absent` if the Worker does not exist, `unreadable` if the answer does not say
   */
  async read<T>(
    worker: Worker,
    path: (script: string) => string,
    schema: z.ZodType<T>,
    area: Area = "workers",
  ): Promise<T | "absent" | "unreadable"> {
    const { accountId = "", script } = worker;
    const refusal = refusalOf(worker);
    if (refusal !== undefined) {
      this.notes.fail(refusal, script);
      return "unreadable";
    }
    const failing = `${accountId} ${area}`;
    const { inARow = 0, note = "" } = this.#failures.get(failing) ?? {};
    if (inARow >= GIVE_UP_AFTER) {
      this.notes.fail(note, script);
      return "unreadable";
    }
    try {
      const answer = await this.request(worker, "GET", path, undefined, area);
      const { result } = z.object({ result: schema }).parse(answer);
      this.#failures.delete(failing);
      return result;
    } catch (error) {
      if (isAbsence(error)) return "absent";
      const sentence = noteOf(error, accountId, area);
      this.#failures.set(failing, {
        inARow: (this.#failures.get(failing)?.inARow ?? 0) + 1,
        note: sentence,
      });
      this.notes.fail(sentence, script);
      return "unreadable";
    }
  }

  /**
   * Makes a request about a Worker, which must have the same effect if it is sent again.
   *
   * @param path as for {@link read}
   * @returns the whole answer
   * @throws what callApi throws; Error, without a request, if a name from the state would change the path
   */
  async request(
    worker: Worker,
    method: ApiRequest<unknown>["method"],
    path: (script: string) => string,
    body?: unknown,
    area: Area = "workers",
  ): Promise<unknown> {
    const refusal = refusalOf(worker);
    if (refusal !== undefined) throw new Error(refusal.replace("{}", worker.script));
    return callApi(`${this.#baseUrl}/accounts/${worker.accountId}/${area}/${path(worker.script)}`, {
      method,
      headers: this.#headers,
      body,
      tries: TRIES,
      timeoutMs: this.timeoutMs,
      // Retry-After can ask for a longer wait than is worth it.
      signal: AbortSignal.timeout(4 * this.timeoutMs),
      read: jsonOf,
    });
  }
}

/**
 * Returns why no request is made with the names from a state. They become part of the path of a request with the
 * user's token, and an account such as `../../user/tokens` would reach another endpoint.
 */
function refusalOf({ accountId, script }: Worker): string | undefined {
  if (accountId === undefined) return "The account of {} is encrypted in the state: set it without --secret.";
  if (!ACCOUNT.test(accountId)) {
    return "The account id of {} in the state is not 32 hexadecimal digits, so no request was made: correct accountId, and run `pulumi up`.";
  }
  return SCRIPT.test(script)
    ? undefined
    : "The state has a script name that Cloudflare does not accept, so no request was made about {}.";
}

/** Whether the variables that the official provider and Wrangler use have a token, or a key with an e-mail address. */
export function hasToken(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.CLOUDFLARE_API_TOKEN) || Boolean(env.CLOUDFLARE_API_KEY && env.CLOUDFLARE_EMAIL);
}

const FAILURE = z.object({ errors: z.array(z.object({ code: z.number() })).min(1) });
/** Cloudflare's error codes for a wrong path, for example if the account does not exist. */
const NO_ROUTE = [7000, 7003];

/** Whether an answer says that there is no such thing, and not that the path is wrong. */
export function isAbsence(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status !== 404) return false;
  const [first] = FAILURE.safeParse(error.body).data?.errors ?? [];
  return first !== undefined && !NO_ROUTE.includes(first.code);
}

const NEEDED = {
  workers: ["Workers", "Workers Scripts Read"],
  secrets_store: ["the Secrets Store", "Secrets Store Read"],
} as const;

/** The API's own message is left out, because it may quote the request. */
function noteOf(error: unknown, accountId: string, area: Area): string {
  const status = error instanceof ApiError ? error.status : undefined;
  // Cloudflare answers 400 if the token is malformed.
  if (status === 400 || status === 401 || status === 403) {
    const [what, permission] = NEEDED[area];
    return `The token may not read ${what} of account ${accountId} (HTTP ${status}): it needs ${permission}. Nothing is known about {}.`;
  }
  const reason =
    status === 429
      ? "HTTP 429, because it accepts 1,200 requests in five minutes"
      : status !== undefined
        ? `HTTP ${status}`
        : error instanceof SyntaxError || error instanceof z.ZodError
          ? "not an answer of its API"
          : "no answer";
  return `Cloudflare could not be asked about {} of account ${accountId} (${reason}): run it again. https://www.cloudflarestatus.com reports outages.`;
}
