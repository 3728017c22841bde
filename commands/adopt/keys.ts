import * as fs from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { LeftOut } from "./left-out";
import { isOnlyDefaultRules } from "./settings";
import type { Config, WranglerProject } from "./wrangler";

/** Keys whose values are carried over, or are reported where that is tried. */
type Carried =
  | ("account_id" | "ai" | "ai_search" | "ai_search_namespaces" | "analytics_engine_datasets" | "artifacts")
  | ("assets" | "browser" | "cache" | "compatibility_date" | "compatibility_flags" | "d1_databases")
  | ("define" | "dispatch_namespaces" | "durable_objects" | "flagship" | "hyperdrive" | "images")
  | ("kv_namespaces" | "limits" | "logfwdr" | "logpush" | "main" | "media" | "migrations" | "minify")
  | ("mtls_certificates" | "name" | "observability" | "pipelines" | "placement" | "preview_urls" | "queues")
  | ("r2_buckets" | "ratelimits" | "route" | "routes" | "secrets" | "secrets_store_secrets" | "send_email")
  | ("services" | "stream" | "tail_consumers" | "triggers" | "tsconfig" | "unsafe" | "unsafe_hello_world")
  | ("upload_source_maps" | "vars" | "vectorize" | "version_metadata" | "vpc_networks" | "vpc_services")
  | ("workers_dev" | "worker_loaders" | "workflows");

/** Keys that change nothing about the deployed Worker. */
type OnlyWrangler =
  | ("configPath" | "definedEnvironments" | "dev" | "keep_vars" | "legacy_env" | "previews" | "send_metrics")
  | ("targetEnvironment" | "topLevelName" | "userConfigPath");

/** The keys that cannot be carried over. The compiler refuses a Wrangler that has one which is not named in this file. */
const LEFT_OUT: Readonly<Record<Exclude<keyof Config, Carried | OnlyWrangler>, string>> = {
  alias: "`bundle` has no aliases: import the module by its own name, or write `paths` in tsconfig.json",
  base_dir: "`bundle` includes what the code imports, and nothing else",
  build: "nothing runs this command: run it before `pulumi preview` and `pulumi up`",
  cloudchamber:
    "@pulumi/cloudflare v6 has no containers of Workers: keep deploying this Worker with Wrangler",
  compliance_region: "the component has no such argument",
  containers: "@pulumi/cloudflare v6 has no containers of Workers: keep deploying this Worker with Wrangler",
  data_blobs: "an ES module imports the file instead",
  find_additional_modules:
    "`bundle` includes what the code imports: import these modules, or name them in `modules`",
  first_party_worker: "the component has no such argument",
  jsx_factory: "`bundle` takes it from tsconfig.json: set jsxFactory there",
  jsx_fragment: "`bundle` takes it from tsconfig.json: set jsxFragmentFactory there",
  keep_names: "`bundle` does not keep the names of functions when it minifies",
  no_bundle: "`bundle` builds the code: if that must not be, use content and modules in its place",
  pages_build_output_dir: "this is a project of Pages, which is not a Worker",
  preserve_file_names: "`bundle` names the modules",
  python_modules: "`bundle` builds JavaScript and TypeScript",
  rules: "`bundle` has Wrangler's default rules: import text as .txt, bytes as .bin",
  site: "Workers Sites became static assets: move to `assets` with Wrangler first",
  streaming_tail_consumers: "@pulumi/cloudflare v6 has no such field",
  text_blobs: "an ES module imports the file instead",
  wasm_modules: "an ES module imports the file instead",
};

/** Where a framework's build tells Wrangler to take another configuration. */
const REDIRECT = ".wrangler/deploy/config.json";

/** What the keys of an environment say that the program cannot have. */
export function leftOutKeys(config: Config, { defaults, unknown, file }: WranglerProject): LeftOut[] {
  const isRedirected = fs.existsSync(path.join(path.dirname(file), REDIRECT));
  const isSet = (key: string) => {
    const value = config[key as keyof Config];
    if (key === "rules") return !isOnlyDefaultRules(config);
    if (key === "build") return config.build.command !== undefined;
    return value !== undefined && !isDeepStrictEqual(value, defaults[key]) && !isEmpty(value);
  };
  return [
    ...(isRedirected
      ? [
          {
            key: REDIRECT,
            why: "it leads `wrangler deploy` to another configuration: adopt that one instead",
          },
        ]
      : []),
    ...unknown.map((key) => ({ key, why: "Wrangler does not know this key" })),
    ...Object.entries(LEFT_OUT).flatMap(([key, why]) => (isSet(key) ? [{ key, why }] : [])),
  ];
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
