import { perRun } from "../../component/contract/per-run";

/** So many secrets are fetched at a time. AWS takes 10,000 requests a second, Google 90,000 a minute, Vault what it can. */
const AT_A_TIME = 8;

/** What a run has asked for, and how many more requests it may begin. */
class Requests {
  readonly #asked = new Map<string, Promise<unknown>>();
  readonly #waiting: (() => void)[] = [];
  #free = AT_A_TIME;

  once<T>(key: string, fetch: () => Promise<T>): Promise<T> {
    const asked = this.#asked.get(key) as Promise<T> | undefined;
    if (asked !== undefined) return asked;
    const answer = this.#inTurn(fetch);
    this.#asked.set(key, answer);
    return answer;
  }

  async #inTurn<T>(fetch: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await fetch();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

const requestsOfRun = perRun(() => new Requests());

/**
 * Fetches a secret, once in a run however many bindings need it. Every request to a secrets manager begins here.
 *
 * @param key names the manager, the secret and its version
 */
export function fetchOnce<T>(key: readonly unknown[], fetch: () => Promise<T>): Promise<T> {
  return requestsOfRun().once(JSON.stringify(key), fetch);
}
