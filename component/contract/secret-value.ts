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
   * The value that `text` had before it was rotated, of the same size. While it is given, the Worker has it too, as
   * `<name>_PREVIOUS`, and can accept both. Default: none. For a secret of the stack's config `configSecret` gives it,
   * and `npm run rotate` puts it there and takes it away.
   */
  previous?: Input<string> | undefined;
  /**
   * Where the value comes from, as `npm run audit` shows it, for example `op://vault/item/field`. It is kept in clear
   * in the state, so it is no secret. Default: unknown. `configSecret` gives it for a secret of the stack's config.
   */
  source?: string | undefined;
}
