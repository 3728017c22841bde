import type { Input } from "@pulumi/pulumi";

/** A secret's value and its origin: what a function such as `configSecret` returns for a binding. */
export interface SecretValue {
  /**
   * The secret's value: 1 to 5,120 bytes as UTF-8. It is sealed before the engine sees it, whether it is a plain
   * string, a promise or an Output. The size limit is Cloudflare's (5 KB for each variable or secret:
   * https://developers.cloudflare.com/workers/platform/limits/#environment-variables).
   */
  text: Input<string>;
  /**
   * The value that `text` had before it was rotated; the same size limit applies. While it is given, the Worker has it
   * too, as `<name>_PREVIOUS`, and can accept both. Default: none. `configSecret` reads it from the stack's config,
   * where `npm run rotate` adds and removes it.
   */
  previous?: Input<string> | undefined;
  /**
   * Where the value comes from, for example `op://vault/item/field`. `npm run audit` shows it, and the state keeps it
   * unencrypted, so it must not be confidential. Default: unknown. `configSecret` sets it to the config key.
   */
  source?: string | undefined;
}
