import type { types } from "@pulumi/cloudflare";
import type { Input } from "@pulumi/pulumi";
import type { SecretValue } from "../contract/secret-value";

/** A secret that the Worker reads as `env.<name>`. */
export interface SecretTextBinding extends SecretValue {
  /**
   * The name under which the Worker sees the secret, for example `API_KEY`: a JavaScript variable name, unique
   * over all bindings of the Worker. It is shown in previews and kept in clear in the state, so it is no secret.
   */
  name: Input<string>;
  /**
   * After how many days `npm run audit` calls the value overdue for a change. Default: never. It has no effect on a
   * preview or a deploy.
   */
  maxAge?: number | undefined;
}

/** A plain variable that the Worker reads as `env.<name>`. Not for secrets: its value is readable in the dashboard. */
export interface PlainTextBinding {
  /** The name under which the Worker sees the variable: see {@link SecretTextBinding.name}. */
  name: Input<string>;
  /** The variable's value: at most 5,120 bytes as UTF-8 (the same limit as for a secret); it may be empty. */
  text: Input<string>;
}

/** The arguments of a {@link WorkerScript}. The first four are the ones of `@pulumi/cloudflare` v5. */
export interface WorkerScriptArgs {
  /**
   * The Cloudflare account that owns the Worker: 32 hexadecimal digits in lower case, as `npx wrangler whoami` prints it.
   * Changing it replaces the Worker.
   */
  accountId: Input<string>;

  /**
   * The script's name in the account: lower-case letters, digits, `-` and `_`, not starting with `-`, at most 255
   * characters. With `workersDev` it is also a DNS label: at most 63 characters, not ending with `-`
   * (https://developers.cloudflare.com/workers/configuration/routing/workers-dev/). Changing it replaces the Worker.
   */
  name: Input<string>;

  /**
   * The script's source code, for example `fs.readFileSync("script.js", "utf8")`: one file, not empty, bundled
   * beforehand if it imports packages.
   */
  content: Input<string>;

  /**
   * The Worker's secrets. Their order has no meaning. Default: none. Best a plain array in which the texts are
   * Outputs: a list that is itself an Output has no names before it is known, and its names are as secret as it is.
   * A secret that is taken out of this list is removed from the Worker with the next `pulumi up`.
   * At most 128 secrets and variables a Worker, 64 on the free plan
   * (https://developers.cloudflare.com/workers/platform/limits/#environment-variables).
   *
   * @example
   * secretTextBindings: [{ name: "API_KEY", text: new pulumi.Config().requireSecret("api-key") }]
   */
  secretTextBindings?: Input<readonly Input<SecretTextBinding>[]> | undefined;

  /**
   * Plain variables. Their order has no meaning. Default: none. They count towards the same limit as the secrets.
   *
   * @example
   * plainTextBindings: [{ name: "LOG_LEVEL", text: "info" }]
   */
  plainTextBindings?: Input<readonly Input<PlainTextBinding>[]> | undefined;

  /**
   * Names of secrets that are live on the Worker already and managed elsewhere, for example with
   * `wrangler secret put`. They are kept; their values are never read. Default: none. One that is not there is an
   * error at preview.
   *
   * @example
   * inheritedSecrets: ["ROTATED_BY_THE_VAULT"]
   */
  inheritedSecrets?: Input<readonly Input<string>[]> | undefined;

  /**
   * What a preview and a deploy do about secrets that are live on the Worker and that this program has not deployed:
   * another tool or person put them there, and an upload removes them, or overwrites them if the program declares the
   * same name now. `"error"` stops and names them, `"warn"` names them and goes on, `"delete"` goes on. They are looked
   * up through the provider, and only if the script changes: in the newest upload and, as far as the provider can say
   * which they are, in all versions that get traffic. Default: `"error"`.
   */
  undeclaredSecrets?: "error" | "warn" | "delete" | undefined;

  /**
   * What a preview and a deploy do if they cannot read what is live: Cloudflare's API fails, or the token may not read
   * Workers. `"error"` stops; `"warn"` says so and goes on, and what the upload then removes or overwrites is named by
   * nothing. A first deploy by a token that may not list the account's Workers needs `"warn"`. Default: `"error"`.
   */
  unreadableWorker?: "error" | "warn" | undefined;

  /**
   * Whether a Worker of this name that is live already, and that this stack did not create, may be overwritten. Its
   * secrets are then treated as `undeclaredSecrets` says. Take it out once the stack has the Worker: a resource that is
   * renamed without an alias would also take the Worker over, and Pulumi would delete the Worker with the old resource;
   * and while it is given, a replacement deletes the old Worker before it creates the new one. Default: false, which
   * stops and says so.
   */
  takeOver?: boolean | undefined;

  /**
   * Bindings of the other kinds (KV, R2, D1, queues, Secrets Store, ...) as `cloudflare.WorkersScript` v6 takes
   * them. Default: none. `secret_text` belongs into `secretTextBindings`, where it has a name in the preview.
   *
   * @example
   * bindings: [{ type: "kv_namespace", name: "CACHE", namespaceId: namespace.id }]
   */
  bindings?: Input<readonly Input<types.input.WorkersScriptBinding>[]> | undefined;

  /**
   * Whether `content` is an ES module (`export default { fetch }`) or, with `false`, a service worker
   * (`addEventListener("fetch", ...)`), where a binding is a global variable. Default: true.
   */
  module?: Input<boolean> | undefined;

  /**
   * The date, `YYYY-MM-DD` and not in the future, that fixes the runtime's behaviour for this Worker
   * (https://developers.cloudflare.com/workers/configuration/compatibility-dates/).
   * Default: {@link DEFAULT_COMPATIBILITY_DATE}, the same every day, so that it never changes by itself.
   */
  compatibilityDate?: Input<string> | undefined;

  /**
   * Switches single features of the runtime on or off, for example `["nodejs_compat"]`
   * (https://developers.cloudflare.com/workers/configuration/compatibility-flags/). Default: none.
   */
  compatibilityFlags?: Input<Input<string>[]> | undefined;

  /**
   * Whether the Worker answers on `https://<name>.<subdomain>.workers.dev`. Default: unset, which leaves the
   * route as it is (off for a Worker that an upload creates). The preview URLs of single versions stay off.
   */
  workersDev?: boolean | undefined;

  /**
   * The account's workers.dev subdomain, for example `my-team`, shown in the dashboard under Workers & Pages.
   * Default: unset; then the output `url` is too, because the provider offers no way to look the subdomain up.
   */
  workersDevSubdomain?: Input<string> | undefined;
}

/** The compatibility date of a Worker that names none. */
export const DEFAULT_COMPATIBILITY_DATE = "2026-01-01";
