import type { Input, Output } from "@pulumi/pulumi";

/** A secret's value and its origin: what a function such as `configSecret` returns for a binding. */
export interface SecretValue {
  /**
   * The secret's value: 1 to 5,120 bytes as UTF-8. It is sealed before the engine sees it, whether it is a plain
   * string, a promise or an Output. The size limit is Cloudflare's (5 KB for each variable or secret:
   * https://developers.cloudflare.com/workers/platform/limits/#environment-variables). A promise that rejects with a
   * `SourceError` is a problem of the binding, which `WorkerScript` lists with all others.
   */
  text: Input<string> | Promise<Output<string>>;
  /**
   * The value that `text` had before it was rotated; the same size limit applies. While it is given, the Worker has it
   * too, as `<name>_PREVIOUS`, and can accept both. Default: none. `configSecret` reads it from the stack's config,
   * where `npm run rotate` adds and removes it. A promise of `undefined` stands for no value; it may reject as `text` may.
   */
  previous?: Input<string> | Promise<Output<string> | undefined> | undefined;
  /**
   * Where the value comes from, for example `op://vault/item/field`. `npm run audit` shows it, and the state keeps it
   * unencrypted, so it must not be confidential. Default: unknown. `configSecret` sets it to the config key.
   */
  source?: string | undefined;
  /**
   * The version that `text` is, as the source counts versions. Previews name it, `npm run audit` takes the value's age
   * from it, and the state keeps it unencrypted. Default: unknown.
   */
  version?: SourceVersion | Promise<SourceVersion | undefined> | undefined;
  /** The version that `previous` is. Default: unknown. */
  previousVersion?: SourceVersion | Promise<SourceVersion | undefined> | undefined;
}

/** A version of a value in its source. Nothing in it may be confidential. */
export interface SourceVersion {
  /** The source's name of the version, for example `7` or a UUID. */
  readonly id: string;
  /** When the version was made, ISO 8601. Default: unknown. */
  readonly created?: string | undefined;
  /** Who made it. Default: unknown. */
  readonly by?: string | undefined;
}
