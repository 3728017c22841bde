import * as fs from "node:fs";
import * as path from "node:path";
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
export function handsOn({ main, assets }: Config): boolean {
  return main === undefined && assets?.binding === undefined;
}

const HANDS_ON = `Pulumi uploads no Worker without code, so it gets a line that hands each request to the assets, and the binding ${ASSETS} for it`;

export function isServiceWorker({ main }: Config, live: LiveWorker | undefined): boolean {
  return main !== undefined && live?.isModule === false;
}

/** What is other about the code than Wrangler's configuration says. */
export function codeNotes(config: Config, live: LiveWorker | undefined): LeftOut[] {
  const own = config.workflows.filter(({ script_name }) => script_name === undefined).map(({ name }) => name);
  return [
    ...(handsOn(config) ? [{ key: "assets", why: HANDS_ON }] : []),
    ...(isServiceWorker(config, live)
      ? [
          {
            key: "main",
            why: "it is a service worker, which `bundle` does not build: content is the file as it is",
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
