import type { types } from "@pulumi/cloudflare";
import type { Input } from "@pulumi/pulumi";
import type { SecretValue } from "../contract/secret-value";
import type { LiveChoices } from "./live-choices";
import type { WorkerModule } from "./modules";
import type { ScriptSettings } from "./script-settings";
import type { SecretsStoreBinding } from "./store-bindings";

/** A secret that the Worker reads as `env.<name>`. */
export interface SecretTextBinding extends SecretValue {
  /**
   * The name under which the Worker sees the secret, for example `API_KEY`: a JavaScript variable name, unique
   * among all bindings of the Worker. Previews show it and the state keeps it unencrypted, so it must not be
   * confidential.
   */
  name: Input<string>;
  /**
   * The age in days after which `npm run audit` reports the value as overdue for a change. Default: never. Previews and
   * deploys ignore it.
   */
  maxAge?: number | undefined;
}

/** A plain variable that the Worker reads as `env.<name>`. Not for secrets: the dashboard shows its value. */
export interface PlainTextBinding {
  /** The name under which the Worker sees the variable: see {@link SecretTextBinding.name}. */
  name: Input<string>;
  /** The variable's value: at most 5,120 bytes as UTF-8 (the same limit as for a secret); it may be empty. */
  text: Input<string>;
}

/** The arguments of a {@link WorkerScript}. The first four are the same as in `@pulumi/cloudflare` v5. */
export interface WorkerScriptArgs extends ScriptSettings, LiveChoices {
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
   * The script's source code, for example `fs.readFileSync("script.js", "utf8")`: one file, not empty. If it imports
   * packages, or is TypeScript, `...bundle("src/index.ts")` gives this argument and `modules`.
   */
  content: Input<string>;

  /**
   * Further modules by name, which `content` imports relative to itself, and its source map. Default: none.
   *
   * @example
   * modules: { "add.wasm": { contentType: "application/wasm", contentBase64: fs.readFileSync("add.wasm", "base64") } }
   */
  modules?: Input<Readonly<Record<string, Input<WorkerModule>>>> | undefined;

  /**
   * The Worker's secrets. Their order has no meaning. Default: none. Prefer a plain array whose texts are
   * Outputs: if the list itself is an Output, a preview may not know the names, and a secret list hides them.
   * The next `pulumi up` removes a secret that is no longer in this list from the Worker.
   * At most 128 secrets and variables per Worker, 64 on the free plan
   * (https://developers.cloudflare.com/workers/platform/limits/#environment-variables).
   *
   * @example
   * secretTextBindings: [{ name: "API_KEY", text: new pulumi.Config().requireSecret("api-key") }]
   */
  secretTextBindings?: Input<readonly Input<SecretTextBinding>[]> | undefined;

  /**
   * Secrets of the account's Secrets Store, which Workers share: a new value reaches every Worker without a deploy of
   * it. Their order has no meaning. Default: none. The value is the store's: `SecretsStore` declares it, or another team
   * owns it, and then `storeId` and `secretName` are enough. The token needs Secrets Store Write to bind one.
   *
   * @example
   * secretsStoreBindings: [
   *   { name: "API_KEY", ...store.secret("api-key") },
   *   { name: "PAYMENTS_KEY", storeId: store.storeId, secretName: "payments-key" },
   * ]
   */
  secretsStoreBindings?: Input<readonly Input<SecretsStoreBinding>[]> | undefined;

  /**
   * Plain variables. Their order has no meaning. Default: none. They count towards the same limit as the secrets.
   *
   * @example
   * plainTextBindings: [{ name: "LOG_LEVEL", text: "info" }]
   */
  plainTextBindings?: Input<readonly Input<PlainTextBinding>[]> | undefined;

  /**
   * Names of secrets that are live on the Worker already and managed elsewhere, for example with
   * `wrangler secret put`. They are kept, and their values are never read. Default: none. A preview fails
   * if the Worker lacks one of them.
   * Plain variables and bindings of other kinds can be named too, and are kept; `EnvOf` takes each for a string.
   *
   * @example
   * inheritedSecrets: ["ROTATED_BY_THE_VAULT"]
   */
  inheritedSecrets?: Input<readonly Input<string>[]> | undefined;

  /**
   * Bindings of the other kinds (KV, R2, D1, queues, ...) as `cloudflare.WorkersScript` v6 takes
   * them. Default: none. `secret_text` belongs in `secretTextBindings`, whose names the preview shows.
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
   * Default: {@link DEFAULT_COMPATIBILITY_DATE}, a fixed date, so that the behaviour never changes by itself.
   */
  compatibilityDate?: Input<string> | undefined;

  /**
   * Switches individual features of the runtime on or off, for example `["nodejs_compat"]`
   * (https://developers.cloudflare.com/workers/configuration/compatibility-flags/). Default: none.
   */
  compatibilityFlags?: Input<Input<string>[]> | undefined;

  /**
   * Whether the Worker answers on `https://<name>.<subdomain>.workers.dev`. Default: unset, which leaves the
   * route as it is (off for a Worker that an upload creates). Preview URLs stay off.
   */
  workersDev?: boolean | undefined;

  /**
   * The account's workers.dev subdomain, for example `my-team`, shown in the dashboard under Workers & Pages.
   * Default: unset, which leaves the output `url` unset too, because the provider cannot look the subdomain up.
   */
  workersDevSubdomain?: Input<string> | undefined;
}

/** The compatibility date if the program sets none. */
export const DEFAULT_COMPATIBILITY_DATE = "2026-01-01";
