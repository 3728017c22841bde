import type { DecryptedConfig } from "../../kit/decrypted-config";
import type { V5Secret, V5Worker } from "./workers";

/** A key of the stack's config for a secret. */
export interface SecretKey {
  readonly key: string;
  /** Whether the key has the value. */
  readonly isSet: boolean;
}

/** Finds for each secret the key that has its value, else one that is free. */
export class SecretKeys {
  /** The keys that are to be set, with what finds them again. */
  readonly #wanted = new Map<string, V5Secret>();

  constructor(private readonly config: DecryptedConfig) {}

  keyOf({ script }: V5Worker, secret: V5Secret): SecretKey {
    const value = secret.text();
    const own = secret.name.toLowerCase().replaceAll("_", "-");
    const found = this.config.secretKeysWith(value);
    const [first] = found;
    if (first !== undefined) return { key: found.includes(own) ? own : first, isSet: true };
    for (let key = own; ; key = key === own ? `${script}-${own}` : `${key}-v5`) {
      const wanted = this.#wanted.get(key);
      const isFree = wanted === undefined ? this.config.find(key) === undefined : wanted.text() === value;
      if (!isFree) continue;
      this.#wanted.set(key, secret);
      return { key, isSet: false };
    }
  }

  /** The keys that have no value yet. */
  get wanted(): ReadonlyMap<string, V5Secret> {
    return this.#wanted;
  }
}
