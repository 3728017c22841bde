import { previousKey } from "../../component/contract/previous-names";
import type { Held } from "./rotation";

/** An entry in the output of `pulumi config --json`. */
interface Entry {
  readonly value?: string;
  /** The parsed value of an object or a list, whose `value` is JSON text. */
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** The config keys that hold a secret and its rotation. */
export function keysOf(key: string): Record<keyof Held, string> {
  return {
    current: key,
    previous: previousKey(key),
    retired: `${key}-retired`,
    mark: `${key}-rotation`,
  };
}

/** The config of a stack, decrypted. */
export class ConfigEntries {
  readonly #entries: Readonly<Record<string, Entry | undefined>>;

  constructor(
    json: string,
    private readonly project: string,
  ) {
    this.#entries = JSON.parse(json) as Record<string, Entry>;
  }

  find(key: string): Entry | undefined {
    return this.#entries[key.includes(":") ? key : `${this.project}:${key}`];
  }

  /** The keys of all secrets, without the project's namespace. */
  secretKeys(): string[] {
    const secrets = Object.keys(this.#entries).filter((name) => this.#entries[name]?.secret);
    return secrets.map((name) => name.replace(`${this.project}:`, ""));
  }

  /** The key of an object or a list that holds the secret or a part of its rotation, if any. */
  structured(key: string): string | undefined {
    // Pulumi's property paths, such as database.password and tokens[0].
    const [root = ""] = this.find(key) === undefined ? key.split(/[.[]/) : [];
    return [...Object.values(keysOf(key)), root].find((name) => this.find(name)?.objectValue !== undefined);
  }
}
