import type { WorkersScriptArgs as Script } from "@pulumi/cloudflare";

/**
 * Arguments that reach `cloudflare.WorkersScript` v6 as they are. The comments name the key of `wrangler.jsonc`. All are
 * unset by default, which leaves them to Cloudflare.
 */
export interface ScriptSettings {
  /** The message and the tag of the version that an upload creates: `wrangler deploy --message --tag`. */
  annotations?: Script["annotations"];
  /**
   * Static assets, from a `directory` or with the `jwt` of an upload by other means (`assets`). A `config` alone is
   * refused: the provider would fail after the upload.
   */
  assets?: Script["assets"];
  /** Cloudflare's cache in front of the Worker (`cache`). */
  cacheOptions?: Script["cacheOptions"];
  /** Settings of single entry points, by the name of the export (`exports`). */
  exports?: Script["exports"];
  /** Whether an upload without `assets` keeps the assets that are there (`keep_assets`). */
  keepAssets?: Script["keepAssets"];
  /** The most CPU time and subrequests that a request may use (`limits`). */
  limits?: Script["limits"];
  /** Whether Workers Logpush gets the Worker's trace events (`logpush`). */
  logpush?: Script["logpush"];
  /**
   * Creates, renames, transfers and deletes classes of Durable Objects (`migrations`). Cloudflare applies what follows
   * the tag that the Worker has.
   *
   * @example
   * migrations: { newTag: "v1", newSqliteClasses: ["Counter"] }
   */
  migrations?: Script["migrations"];
  /** Logs and traces, and which part of the requests they cover (`observability`). */
  observability?: Script["observability"];
  /** The npm packages in the code, which Cloudflare lists. */
  packageDependencies?: Script["packageDependencies"];
  /** Where the Worker runs (`placement`). A warning says so, because a provider of 2026 crashed on it. */
  placement?: Script["placement"];
  /** Workers that get this one's logs (`tail_consumers`). */
  tailConsumers?: Script["tailConsumers"];
}

const NAMES = {
  annotations: true,
  assets: true,
  cacheOptions: true,
  exports: true,
  keepAssets: true,
  limits: true,
  logpush: true,
  migrations: true,
  observability: true,
  packageDependencies: true,
  placement: true,
  tailConsumers: true,
} satisfies Record<keyof ScriptSettings, true>;

/** Picks the settings among the arguments. The SDK leaves out those without a value. */
export function settingsOf(args: ScriptSettings): ScriptSettings {
  return Object.fromEntries(Object.entries(args).filter(([name]) => Object.hasOwn(NAMES, name)));
}
