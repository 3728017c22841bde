import { ASSETS_PLUGIN } from "miniflare";

/** The static assets of a version of a Worker. */
export interface Assets {
  /** Holds the files at their paths, beside `_headers` and `_redirects`. */
  readonly directory: string;
  readonly routing: AssetsRouting;
  /** Whether the Worker has code, which gets the requests that no file answers. */
  readonly hasCode: boolean;
}

/** The part of an upload's `assets.config` that says who answers a request. */
export interface AssetsRouting {
  readonly html_handling?: "auto-trailing-slash" | "force-trailing-slash" | "drop-trailing-slash" | "none";
  readonly not_found_handling?: "404-page" | "single-page-application" | "none";
  readonly run_worker_first?: boolean | readonly string[];
}

/** The code of a Worker that has assets only. Miniflare needs some, and never runs it. */
export const NO_CODE = {
  mainModule: "none.js",
  modules: [
    {
      name: "none.js",
      contentType: "application/javascript+module",
      content: Buffer.from("export default { fetch: () => new Response(null, { status: 404 }) };"),
    },
  ],
};

/** Miniflare's option for the assets of a Worker. */
export function assetOptions({
  directory,
  routing: { run_worker_first: first = false, ...assetConfig },
  hasCode,
}: Assets): Record<string, unknown> {
  const routes =
    typeof first === "boolean"
      ? { invoke_user_worker_ahead_of_assets: first }
      : {
          static_routing: {
            user_worker: first.filter((rule) => !rule.startsWith("!")),
            asset_worker: first.filter((rule) => rule.startsWith("!")).map((rule) => rule.slice(1)),
          },
        };
  return { directory, routerConfig: { has_user_worker: hasCode, ...routes }, assetConfig };
}

/** What this project reads of Miniflare's plugin, whose own types need another version of Zod. */
interface AssetsPlugin {
  getServices: (options: { options: { assets?: { workerName?: string } } }) => Promise<Service[]>;
}

interface Service {
  name: string;
  worker?: { bindings: readonly { service?: { name: string } }[] };
}

const STORAGE = "assets:storage";
const plugin = ASSETS_PLUGIN as unknown as AssetsPlugin;
const { getServices } = plugin;

/**
 * Miniflare gives the folder of every Worker's assets the same service name, and keeps only the first, so a second
 * Worker in the process would read the first one's files. We give each folder a name of its own.
 */
plugin.getServices = async (options) => {
  const services = await getServices(options);
  const ofFolder = [...services, ...services.flatMap(usedServices)].filter(({ name }) => name === STORAGE);
  for (const service of ofFolder) service.name = `${STORAGE}:${options.options.assets?.workerName ?? ""}`;
  return services;
};

function usedServices({ worker }: Service): { name: string }[] {
  return (worker?.bindings ?? []).flatMap(({ service }) => service ?? []);
}
