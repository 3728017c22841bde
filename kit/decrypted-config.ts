import { type Place, valueAt } from "./config-place";
import { fullKey } from "./config-key";

/** An entry in the output of `pulumi config --json`. */
interface Entry {
  readonly value?: string;
  /** The parsed value of an object or a list, whose `value` is JSON text. */
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** The config of a stack, decrypted. */
export class DecryptedConfig {
  readonly #entries: Readonly<Record<string, Entry | undefined>>;

  /** @param json the output of `pulumi config --show-secrets --json` */
  constructor(
    json: string,
    private readonly project: string,
  ) {
    this.#entries = JSON.parse(json) as Record<string, Entry>;
  }

  find(key: string): Entry | undefined {
    return this.#entries[fullKey(key, this.project)];
  }

  /** The text of a key, or at a path into its object, as `configSecret` reads it; undefined without one. */
  textAt({ key, path }: Place): string | undefined {
    const entry = this.find(key);
    const value = path.length === 0 ? entry?.value : valueAt(entry?.objectValue, path);
    if (typeof value === "string") return value;
    return typeof value === "boolean" || Number.isSafeInteger(value) ? String(value) : undefined;
  }

  isStructured({ key, path }: Place): boolean {
    const value = valueAt(this.find(key)?.objectValue, path);
    return typeof value === "object" && value !== null;
  }

  /** The keys of all secrets, without the project's namespace. */
  secretKeys(): string[] {
    const secrets = Object.keys(this.#entries).filter((name) => this.#entries[name]?.secret);
    return secrets.map((name) => name.replace(`${this.project}:`, ""));
  }

  /** The secrets of the project's namespace that have the text as their value. */
  secretKeysWith(text: string): string[] {
    return this.secretKeys().filter((key) => !key.includes(":") && this.find(key)?.value === text);
  }
}
