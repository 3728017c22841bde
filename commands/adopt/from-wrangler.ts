import * as path from "node:path";
import type { Account } from "./account";
import { type Bindings, type Described, toArguments } from "./bindings";
import { assetFiles, codeNotes, codeOf, isServiceWorker, needsCode, refuseCode } from "./code";
import { ASSETS, type Environment } from "./environment";
import { type JsonRecord, without } from "./json";
import { leftOutKeys } from "./keys";
import type { GivenName } from "./given";
import { type LeftOut, PREVIEW_URLS } from "./left-out";
import type { LiveWorker } from "./live";
import { changedSettings, liveSettings } from "./live-settings";
import { assetsOf, leftOutSettings, migrationsOf, settingsOf } from "./settings";
import { triggersOf } from "./triggers";
import { withLive } from "./with-live";
import type { Config, WranglerProject } from "./wrangler";

export interface Request {
  readonly project: WranglerProject;
  readonly config: Config;
  readonly stack: string;
  readonly accountId: string;
  /** The folder of the program. */
  readonly out: string;
  /** Undefined if Cloudflare is not to be asked. */
  readonly account: Account | undefined;
  /** Secrets whose values the user has. */
  readonly given: readonly GivenName[];
}

/** What a program has to declare to be what an environment of Wrangler's configuration is. */
export async function fromWrangler(request: Request): Promise<Environment> {
  const { project, config, stack, accountId, out, account } = request;
  const scriptName = config.name ?? "";
  const live = await account?.worker(scriptName);
  // Wrangler makes some of the paths absolute, leaves some relative to its file, and tsconfig to this folder.
  const fileOf = (file: string) => path.resolve(path.dirname(project.file), file);
  const pathTo = (file: string) => path.relative(out, fileOf(file)).replaceAll(path.sep, "/");

  refuseCode(config, live, fileOf);
  const declared = bindingsOf(project, config, live);
  const triggers = await triggersOf(config, account, live);
  const secrets = withLive(request, declared, live);
  const dev = workersDevOf(config, live);
  const migrations = migrationsFor(config, account, live);
  const settings = { ...(live === undefined ? {} : sinceLive(config, live)), ...settingsOf(config) };
  return {
    ...{ stack, accountId, scriptName },
    isLive: account === undefined ? undefined : live !== undefined,
    code: codeOf(config, live, pathTo),
    assetFiles: assetFiles(config, fileOf, pathTo),
    settings: {
      ...(isServiceWorker(config, live) ? { module: false } : {}),
      ...settings,
      ...withValue("assets", assetsOf(config, pathTo)),
      ...dev.settings,
      ...migrations.settings,
    },
    ...{ variables: declared.variables, storeSecrets: declared.storeSecrets },
    bindings: [...declared.others, ...(needsCode(config) ? [{ type: "assets", name: ASSETS }] : [])],
    ...{ configSecrets: secrets.fromConfig, inherited: secrets.inherited },
    ...{ routes: triggers.routes, domains: triggers.domains, crons: triggers.crons },
    leftOut: [
      ...leftOutKeys(config, project),
      ...leftOutSettings(config),
      ...(live === undefined ? [] : changedSettings(settings, live)),
      ...declared.leftOut,
      ...triggers.leftOut,
      ...dev.leftOut,
      ...codeNotes(config, live),
      ...migrations.leftOut,
      ...secrets.leftOut,
    ],
  };
}

/** Wrangler creates what has no id, so the ids are those of the live Worker. */
function bindingsOf(project: WranglerProject, config: Config, live: LiveWorker | undefined): Bindings {
  const translated: Record<string, Described> = {};
  const leftOut: LeftOut[] = [];
  for (const [name, binding] of Object.entries(project.bindings(withoutPreviews(config)))) {
    const there = live?.bindings[name];
    const needed = NEEDED[binding.type] ?? [];
    const has = (described: Described | undefined) =>
      needed.length === 0 || needed.some((field) => typeof described?.[field] === "string");
    if (has(binding)) translated[name] = binding;
    else if (there?.type === binding.type && has(there)) translated[name] = there;
    else {
      const why = `it has no ${needed[0] ?? ""}, and no live Worker has one: create it, and declare the binding`;
      leftOut.push({ key: `binding ${name}`, why });
    }
  }
  const made = toArguments(translated, (name) => `binding ${name}`);
  return { ...made, leftOut: [...leftOut, ...made.leftOut] };
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  kv_namespace: ["id", "namespace_id"],
  d1: ["database_id", "id"],
  r2_bucket: ["bucket_name"],
};

/** Wrangler's translation is made for `wrangler dev`, and takes these where they are. */
function withoutPreviews(config: Config): Config {
  return {
    ...config,
    kv_namespaces: config.kv_namespaces.map((one) => without(one, "preview_id")),
    r2_buckets: config.r2_buckets.map((one) => without(one, "preview_bucket_name")),
    d1_databases: config.d1_databases.map((one) => without(one, "preview_database_id")),
  };
}

/** A configuration without a date or flags was deployed with `--compatibility-date`, or keeps what the Worker has. */
function sinceLive(config: Config, live: LiveWorker): JsonRecord {
  const { compatibilityDate, compatibilityFlags } = liveSettings(live);
  if (config.compatibility_date !== undefined || compatibilityDate === undefined) return {};
  return { compatibilityDate, ...(compatibilityFlags === undefined ? {} : { compatibilityFlags }) };
}

/** Wrangler switches the address on if there is no route. Preview URLs go off with the component's argument. */
function workersDevOf(config: Config, live: LiveWorker | undefined) {
  const { workers_dev: isWanted, preview_urls: isPreviewed } = config;
  const hasRoutes = (config.routes ?? []).length > 0 || config.route !== undefined;
  if (live?.previewUrls ?? isPreviewed) {
    return { settings: {}, leftOut: [PREVIEW_URLS] };
  }
  return { settings: { workersDev: isWanted ?? live?.workersDev ?? !hasRoutes }, leftOut: [] };
}

function migrationsFor(config: Config, account: Account | undefined, live: LiveWorker | undefined) {
  if (config.migrations.length === 0) return { settings: {}, leftOut: [] };
  if (account === undefined) {
    const why = "Cloudflare was not asked which of them the Worker has had: declare the others in migrations";
    return { settings: {}, leftOut: [{ key: "migrations", why }] };
  }
  const tag = live?.migrationTag ?? null;
  if (tag !== null && !config.migrations.some((one) => one.tag === tag)) {
    const why = `the live Worker has had ${tag}, which is not among them: declare those that it has not had`;
    return { settings: {}, leftOut: [{ key: "migrations", why }] };
  }
  const migrations = migrationsOf(config, tag);
  if (migrations === undefined) {
    const why = `the Worker has had all of them, up to ${tag ?? ""}; the next one needs oldTag: "${tag ?? ""}", and a new stack needs all of them`;
    return { settings: {}, leftOut: [{ key: "migrations", why }] };
  }
  return { settings: withValue("migrations", migrations), leftOut: [] };
}

function withValue(key: string, value: JsonRecord | undefined): JsonRecord {
  return value === undefined ? {} : { [key]: value };
}
