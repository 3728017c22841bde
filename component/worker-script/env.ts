// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- the declarations keep it: a project may lack the package
/** @ts-ignore */
import type * as runtime from "@cloudflare/workers-types";
import type { WorkerScriptArgs } from "./args";

type Bindings = Pick<
  WorkerScriptArgs,
  "secretTextBindings" | "secretsStoreBindings" | "plainTextBindings" | "inheritedSecrets" | "bindings"
>;

/** What the Workers runtime gives for a binding, by its `type`. */
interface Values {
  ai: runtime.Ai;
  ai_search: runtime.AiSearchInstance;
  ai_search_namespace: runtime.AiSearchNamespace;
  analytics_engine: runtime.AnalyticsEngineDataset;
  artifacts: runtime.Artifacts;
  assets: runtime.Fetcher;
  browser: runtime.Fetcher;
  d1: runtime.D1Database;
  dispatch_namespace: runtime.DispatchNamespace;
  durable_object_namespace: runtime.DurableObjectNamespace;
  flagship: runtime.Flagship;
  hyperdrive: runtime.Hyperdrive;
  images: runtime.ImagesBinding;
  kv_namespace: runtime.KVNamespace;
  media: runtime.MediaBinding;
  mtls_certificate: runtime.Fetcher;
  plain_text: string;
  queue: runtime.Queue;
  r2_bucket: runtime.R2Bucket;
  ratelimit: runtime.RateLimit;
  secret_key: runtime.CryptoKey;
  secrets_store_secret: runtime.SecretsStoreSecret;
  send_email: runtime.SendEmail;
  service: runtime.Fetcher;
  vectorize: runtime.VectorizeIndex;
  version_metadata: runtime.WorkerVersionMetadata;
  vpc_service: runtime.Fetcher;
  worker_loader: runtime.WorkerLoader;
  workflow: runtime.Workflow;
}

type Item<List> = List extends readonly (infer I)[] ? I : never;
/** The name if it is a literal: a `string` would allow every name. */
type Name<N> = N extends string ? (string extends N ? never : N) : never;
type NameOf<I> = I extends { readonly name: infer N } ? Name<N> : never;
type PreviousOf<I> = "previous" extends keyof I ? `${NameOf<I>}_PREVIOUS` : never;
/** A secret that `readSecrets` returns with `stacks`: only these stacks have it. */
type OptionalOf<I> = "stacks" extends keyof I ? NameOf<I> : never;
type ValueOf<I> = I extends { readonly type: infer T extends keyof Values } ? Values[T] : unknown;
type Flat<T> = { readonly [K in keyof T]: T[K] };

/**
 * The `env` that a Worker gets for the declared bindings, so that reading one that is not declared is a type error. The
 * declaration must be `as const`, which keeps the names. Secrets and variables are strings, and a secret with `previous`
 * also has an optional `<NAME>_PREVIOUS`, with the Secrets Store too. A secret of a list that only some `stacks` have is
 * optional. The other kinds have the types of `@cloudflare/workers-types`; `json`, and kinds for which it has none, are
 * `unknown`.
 *
 * @example
 * const bindings = {
 *   secretTextBindings: [{ name: "API_KEY", ...configSecret("api-key") }],
 *   bindings: [{ type: "kv_namespace", name: "CACHE", namespaceId: cache.id }],
 * } as const;
 * export type Env = EnvOf<typeof bindings>; // in the Worker: import type { Env } from "../index"
 * new WorkerScript("myScript", { accountId, name: "script_1", content, ...bindings });
 */
export type EnvOf<B extends Bindings> = Flat<
  { [I in Item<B["secretTextBindings"]> as Exclude<NameOf<I>, OptionalOf<I>>]: string } & {
    [I in Item<B["secretTextBindings"]> as OptionalOf<I> | PreviousOf<I>]?: string;
  } & { [I in Item<B["secretsStoreBindings"]> as NameOf<I>]: runtime.SecretsStoreSecret } & {
    [I in Item<B["secretsStoreBindings"]> as PreviousOf<I>]?: runtime.SecretsStoreSecret;
  } & { [I in Item<B["plainTextBindings"]> as NameOf<I>]: string } & {
    [N in Item<B["inheritedSecrets"]> as Name<N>]: string;
  } & { [I in Item<B["bindings"]> as NameOf<I>]: ValueOf<I> }
>;
