import type { Ask, DataAnswer } from "./data-worker";

export interface KvKey {
  readonly name: string;
  /** Seconds since 1970, unless it does not expire. */
  readonly expiration?: number;
  readonly metadata?: unknown;
}

export interface KvValue {
  readonly value: Uint8Array;
  /** Null if it has none. */
  readonly metadata: unknown;
}

export interface KvOptions {
  readonly metadata?: unknown;
  /** Seconds since 1970, at least 60 from now. */
  readonly expiration?: number;
  /** Seconds from now, at least 60. */
  readonly expirationTtl?: number;
}

/** The runtime refused a pair; the message is the runtime's own. */
export class PairRejected extends Error {}

/** The pairs of one KV namespace, the same that Workers see. */
export class KvPairs {
  constructor(
    private readonly namespace: string,
    private readonly ask: Ask,
  ) {}

  async get(key: string): Promise<KvValue | undefined> {
    const { status, headers, body } = await this.#send("GET", { key });
    if (status === 404) return undefined;
    return { value: body, metadata: JSON.parse(decodeURIComponent(String(headers["metadata"]))) };
  }

  /** @throws PairRejected if the runtime refuses the options */
  async put(key: string, value: Uint8Array, options: KvOptions): Promise<void> {
    const { status, body } = await this.#send("PUT", { key, options: JSON.stringify(options) }, value);
    if (status !== 200) throw new PairRejected(Buffer.from(body).toString());
  }

  async delete(key: string): Promise<void> {
    await this.#send("DELETE", { key });
  }

  /** The keys that begin with a prefix, sorted. */
  async list(prefix: string): Promise<readonly KvKey[]> {
    const { body } = await this.#send("GET", { prefix });
    return JSON.parse(Buffer.from(body).toString()) as KvKey[];
  }

  /** Deletes all pairs. */
  async clear(): Promise<void> {
    await this.#send("DELETE", {});
  }

  #send(method: string, query: Record<string, string>, body?: Uint8Array): Promise<DataAnswer> {
    return this.ask({ kind: "kv", id: this.namespace, method, query, body });
  }
}
