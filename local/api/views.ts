import { shown } from "./bindings";
import type { JsonObject } from "../../kit/json";
import { type Deployment, live, type Version, type Worker } from "./worker";

/** Cloudflare reports the author of each change; this emulator has only one. */
const AUTHOR = { author_id: "0".repeat(32), author_email: "local@localhost" };

export function scriptView(worker: Worker): JsonObject {
  const version = live(worker);
  return {
    id: worker.name,
    tag: worker.tag,
    tags: worker.settings["tags"] ?? [],
    etag: version.etag,
    created_on: worker.createdOn,
    modified_on: worker.modifiedOn,
    handlers: version.exports.handlers,
    named_handlers: version.exports.named,
    has_assets: version.assets !== undefined,
    has_modules: version.metadata["main_module"] !== undefined,
    startup_time_ms: version.startupMilliseconds,
    usage_model: "standard",
    last_deployed_from: version.source,
    migration_tag: version.durableObjects.tag ?? null,
    deployment_id: version.id.replaceAll("-", ""),
  };
}

/** The newer form of `/workers/workers/{id}`. */
export function workerView(worker: Worker): JsonObject {
  return {
    id: worker.tag,
    name: worker.name,
    created_on: worker.createdOn,
    updated_on: worker.modifiedOn,
    deployed_on: worker.deployments[0].createdOn,
    subdomain: worker.subdomain,
    tags: worker.settings["tags"] ?? [],
    logpush: false,
    tail_consumers: [],
    ...pick(worker.settings, ["logpush", "observability", "tail_consumers"]),
  };
}

/** Leaves out settings that were not sent: with a default here, the provider would report a change on every run. */
export function settingsView(worker: Worker): JsonObject {
  const { bindings, metadata } = live(worker);
  return {
    bindings: bindings.map(shown),
    ...pick(metadata, ["compatibility_date", "compatibility_flags", "limits", "annotations"]),
    placement: metadata["placement"] ?? {},
    usage_model: "standard",
    ...scriptSettingsView(worker),
  };
}

export function scriptSettingsView({ settings }: Worker): JsonObject {
  return { logpush: false, tail_consumers: null, ...settings };
}

export function versionSummary(version: Version): JsonObject {
  return {
    id: version.id,
    number: version.number,
    metadata: {
      created_on: version.createdOn,
      modified_on: version.createdOn,
      source: version.source,
      hasPreview: false,
      ...AUTHOR,
    },
    annotations: version.annotations,
  };
}

export function versionView(version: Version): JsonObject {
  return {
    ...versionSummary(version),
    resources: {
      bindings: version.bindings.map(shown),
      script: {
        etag: version.etag,
        handlers: version.exports.handlers,
        named_handlers: version.exports.named,
        last_deployed_from: version.source,
      },
      script_runtime: {
        ...pick(version.metadata, ["compatibility_date", "compatibility_flags", "limits"]),
        usage_model: "standard",
      },
    },
    startup_time_ms: version.startupMilliseconds,
  };
}

/** The newer, flat form of `/workers/workers/{id}/versions/{id}`. */
export function flatVersionView(version: Version): JsonObject {
  return {
    id: version.id,
    number: version.number,
    created_on: version.createdOn,
    source: version.source,
    ...AUTHOR,
    annotations: version.annotations,
    bindings: version.bindings.map(shown),
    ...pick(version.metadata, [
      "compatibility_date",
      "compatibility_flags",
      "limits",
      "main_module",
      "placement",
    ]),
    usage_model: "standard",
    startup_time_ms: version.startupMilliseconds,
    urls: [],
  };
}

export function deploymentView(deployment: Deployment): JsonObject {
  return {
    id: deployment.id,
    created_on: deployment.createdOn,
    source: deployment.source,
    strategy: "percentage",
    versions: deployment.shares.map(({ version, percentage }) => ({ version_id: version.id, percentage })),
    annotations: deployment.annotations,
    author_email: AUTHOR.author_email,
  };
}

function pick(from: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]));
}
