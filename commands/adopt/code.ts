import * as fs from "node:fs";
import * as path from "node:path";
import { UsageError } from "../../kit/command/command";
import { ASSETS, type Code } from "./environment";
import type { LeftOut } from "./left-out";
import type { LiveWorker } from "./live";
import { bundleOptions } from "./settings";
import type { Config } from "./wrangler";

/** Where the program gets the code from. */
export function codeOf(config: Config, live: LiveWorker | undefined, pathTo: (file: string) => string): Code {
  if (config.main === undefined) return { kind: "assets", binding: config.assets?.binding ?? ASSETS };
  if (isServiceWorker(config, live)) return { kind: "file", file: pathTo(config.main) };
  const { tsconfig } = config;
  const options = {
    ...bundleOptions(config),
    ...(tsconfig === undefined ? {} : { tsconfig: pathTo(path.resolve(tsconfig)) }),
  };
  return { kind: "bundle", entry: pathTo(config.main), options };
}

/** Pulumi uploads no Worker without code, so a Worker of static assets only gets some, and a binding for it. */
export function needsCode({ main, assets }: Config): boolean {
  return main === undefined && assets?.binding === undefined;
}

export const NEEDS_CODE = `Pulumi uploads no Worker without code, so it gets a line that hands each request to the assets, and the binding ${ASSETS} for it`;

export function isServiceWorker({ main }: Config, live: LiveWorker | undefined): boolean {
  return main !== undefined && live?.isModule === false;
}

/**
 * Refuses what the program could not upload as Wrangler does.
 *
 * @throws UsageError that lists every problem
 */
export function refuseCode(
  config: Config,
  live: LiveWorker | undefined,
  fileOf: (file: string) => string,
): void {
  const { main = "", assets } = config;
  const ignored = assets?.directory === undefined ? "" : path.join(fileOf(assets.directory), ".assetsignore");
  const problems = [
    ...(main.endsWith(".py") ? ["main: `bundle` builds JavaScript and TypeScript, and no Python."] : []),
    ...(isServiceWorker(config, live) && /\.[cm]?tsx?$/.test(main)
      ? ["main: a service worker in TypeScript. Make it an ES module with Wrangler first."]
      : []),
    ...(ignored !== "" && fs.existsSync(ignored)
      ? [
          "assets: Pulumi would upload what .assetsignore keeps private. Move these files out of the folder first.",
        ]
      : []),
  ];
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
}

/** What is other about the code than Wrangler's configuration says. */
export function codeNotes(config: Config, live: LiveWorker | undefined): LeftOut[] {
  const own = config.workflows.filter(({ script_name }) => script_name === undefined).map(({ name }) => name);
  return [
    ...(needsCode(config) ? [{ key: "assets", why: NEEDS_CODE }] : []),
    ...(isServiceWorker(config, live)
      ? [
          {
            key: "main",
            why: "it is a service worker, which `bundle` does not build: content is the file as it is",
          },
        ]
      : []),
    ...(isOldNodejs(config)
      ? [
          {
            key: "compatibility_flags",
            why: "`bundle` has none of Wrangler's polyfills for nodejs_compat: what the runtime lacks at this date is missing",
          },
        ]
      : []),
    ...(own.length > 0
      ? [
          {
            key: "workflows",
            why: `Wrangler has registered ${own.join(", ")}, which stays; a new one needs cloudflare.Workflow`,
          },
        ]
      : []),
  ];
}

/** Since this date the runtime has most of Node's modules itself. */
function isOldNodejs({ main, compatibility_flags: flags, compatibility_date: date = "" }: Config): boolean {
  return main !== undefined && flags.includes("nodejs_compat") && date < "2025-09-01";
}

/** The files among the static assets that the API takes as settings, by the settings' names. */
export function assetFiles(
  { assets }: Config,
  fileOf: (file: string) => string,
  pathTo: (file: string) => string,
): Readonly<Record<string, string>> {
  const { directory } = assets ?? {};
  if (directory === undefined) return {};
  const files = ["headers", "redirects"].map(
    (name) => [name, path.join(fileOf(directory), `_${name}`)] as const,
  );
  const found = files.filter(([, file]) => fs.existsSync(file));
  return Object.fromEntries(found.map(([name, file]) => [name, pathTo(file)]));
}
