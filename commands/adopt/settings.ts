import { camelCased, type JsonRecord, without } from "./json";
import type { LeftOut } from "./left-out";
import type { Config } from "./wrangler";

/** Arguments of the component that are settings, which have the same form in all stacks of a program. */
export function settingsOf(config: Config): JsonRecord {
  const { compatibility_date, compatibility_flags, limits, logpush, tail_consumers, cache } = config;
  return camelCased({
    compatibilityDate: compatibility_date,
    compatibilityFlags: compatibility_flags.length > 0 ? compatibility_flags : undefined,
    limits: limits && { cpu_ms: limits.cpu_ms, subrequests: limits.subrequests },
    logpush,
    tailConsumers: tail_consumers,
    cacheOptions: cache,
    observability: observabilityOf(config.observability),
    placement: placementOf(config.placement),
  }) as JsonRecord;
}

/** The API fills in what is not set, and v6 requires it. */
function observabilityOf(observability: Config["observability"]): object | undefined {
  if (observability === undefined) return undefined;
  const { enabled, head_sampling_rate, logs, traces } = observability;
  return {
    enabled: enabled ?? logs?.enabled ?? traces?.enabled ?? false,
    head_sampling_rate,
    traces,
    logs: logs && { ...logs, enabled: logs.enabled ?? false, invocation_logs: logs.invocation_logs ?? true },
  };
}

function placementOf(placement: Config["placement"]): object | undefined {
  // Off is what it is without a word, and the provider knows no such mode.
  if (placement === undefined || ("mode" in placement && placement.mode === "off")) return undefined;
  if (!("hint" in placement)) return placement;
  return without(placement, "hint");
}

/** The options of `bundle` that build what Wrangler builds. */
export function bundleOptions(config: Config): JsonRecord {
  const { define, minify, compatibility_flags: flags, upload_source_maps: hasMap } = config;
  return {
    ...(flags.some((flag) => /^nodejs_compat(?:_v2)?$/.test(flag)) ? { nodejs: true } : {}),
    ...(Object.keys(define).length > 0 ? { define } : {}),
    ...(minify === true ? { minify } : {}),
    ...(hasMap === true ? {} : { sourceMap: false }),
  };
}

/**
 * Migrations of Durable Objects that the Worker has not had.
 *
 * @param applied the tag of the last one that it has had; null if it has had none
 * @returns undefined if there are none
 */
export function migrationsOf({ migrations }: Config, applied: string | null): JsonRecord | undefined {
  const at = migrations.findIndex(({ tag }) => tag === applied);
  const steps = migrations.slice(at + 1);
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  return {
    ...(applied === null ? {} : { oldTag: applied }),
    newTag: last.tag,
    steps: steps.map((step) => camelCased(without(step, "tag"))),
  };
}

/** Static assets. Their files `_headers` and `_redirects` are settings in the API, which the program reads. */
export function assetsOf({ assets }: Config, pathTo: (file: string) => string): JsonRecord | undefined {
  if (assets?.directory === undefined) return undefined;
  const { directory, html_handling, not_found_handling, run_worker_first } = assets;
  const config = camelCased({ html_handling, not_found_handling, run_worker_first }) as JsonRecord;
  return { directory: pathTo(directory), ...(Object.keys(config).length > 0 ? { config } : {}) };
}

export function isOnlyDefaultRules({ rules }: Config): boolean {
  return rules.every(({ type, globs }) => globs.every((glob) => BUNDLED[type]?.includes(glob)));
}

/** What `bundle` imports without a rule, by Wrangler's type of module. */
const BUNDLED: Readonly<Record<string, readonly string[]>> = {
  Text: ["**/*.txt", "**/*.html", "**/*.sql"],
  Data: ["**/*.bin"],
  CompiledWasm: ["**/*.wasm", "**/*.wasm?module"],
};

/** Settings whose value the program cannot have. */
export function leftOutSettings({ placement, unsafe }: Config): LeftOut[] {
  const keys = [
    ...(placement && "hint" in placement ? ["placement.hint"] : []),
    ...(unsafe.metadata === undefined ? [] : ["unsafe.metadata"]),
    ...(unsafe.capnp === undefined ? [] : ["unsafe.capnp"]),
  ];
  return keys.map((key) => ({ key, why: "@pulumi/cloudflare v6 has no such field" }));
}
