export interface KvPair {
  readonly value: Uint8Array;
  readonly metadata: unknown;
  /** Seconds since 1970; undefined if the pair does not expire. */
  readonly expiration: number | undefined;
}

/** The key-value pairs of all KV namespaces, by the namespace's id, as the API has them. Workers have others so far. */
export interface KvValues {
  get(namespace: string, key: string): Promise<KvPair | undefined>;
  put(namespace: string, key: string, pair: KvPair): Promise<void>;
  delete(namespace: string, key: string): Promise<void>;
  /** The pairs whose keys begin with a prefix, sorted by key. */
  list(namespace: string, prefix: string): Promise<readonly (readonly [key: string, pair: KvPair])[]>;
  /** Deletes all pairs of a namespace. */
  clear(namespace: string): Promise<void>;
}

export class MemoryKvValues implements KvValues {
  readonly #namespaces = new Map<string, Map<string, KvPair>>();

  get(namespace: string, key: string): Promise<KvPair | undefined> {
    const pair = this.#namespaces.get(namespace)?.get(key);
    return Promise.resolve(pair !== undefined && isLive(pair) ? pair : undefined);
  }

  put(namespace: string, key: string, pair: KvPair): Promise<void> {
    const pairs = this.#namespaces.get(namespace) ?? new Map<string, KvPair>();
    this.#namespaces.set(namespace, pairs.set(key, pair));
    return Promise.resolve();
  }

  delete(namespace: string, key: string): Promise<void> {
    this.#namespaces.get(namespace)?.delete(key);
    return Promise.resolve();
  }

  list(namespace: string, prefix: string): Promise<(readonly [string, KvPair])[]> {
    const pairs = [...(this.#namespaces.get(namespace) ?? [])];
    const found = pairs.filter(([key, pair]) => key.startsWith(prefix) && isLive(pair));
    return Promise.resolve(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  clear(namespace: string): Promise<void> {
    this.#namespaces.delete(namespace);
    return Promise.resolve();
  }
}

function isLive({ expiration }: KvPair): boolean {
  return expiration === undefined || expiration > Date.now() / 1000;
}
