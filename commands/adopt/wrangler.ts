import { createRequire } from "node:module";
import * as path from "node:path";
import type { Unstable_Config as Config } from "wrangler";
import { UsageError } from "../../kit/command/command";
import { findPackage } from "../../kit/find-package";

export type { Config };

/**
 * The parts of Wrangler that read its configuration, which it calls unstable. Their types name packages that are not
 * installed with it.
 */
interface Wrangler {
  unstable_readConfig(
    args: { readonly config: string; readonly env: string },
    options: { readonly hideWarnings: true },
  ): Config;
  unstable_convertConfigBindingsToStartWorkerBindings(
    config: Config,
  ): Readonly<Record<string, { readonly type: string }>> | undefined;
  readonly unstable_defaultWranglerConfig: Readonly<Record<string, unknown>>;
  experimental_readRawConfig(args: { readonly config: string | undefined }): {
    readonly rawConfig: RawConfig;
    readonly configPath: string | undefined;
  };
}

/** A Wrangler configuration, as Wrangler's own reader understands it. */
export interface WranglerProject {
  readonly version: string;
  readonly file: string;
  /** The configuration of each environment; first that of the top level, whose name is undefined. */
  readonly environments: readonly { readonly name: string | undefined; readonly config: Config }[];
  /** The keys of the file that Wrangler does not know. */
  readonly unknown: readonly string[];
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Wrangler's own translation of all kinds of bindings, by their names. */
  bindings(config: Config): Readonly<Record<string, { readonly type: string }>>;
}

/**
 * Reads a `wrangler.toml`, `wrangler.json` or `wrangler.jsonc` with the project's own Wrangler, or else with that of this
 * package.
 *
 * @param file the file, or undefined for the one in this folder
 * @throws UsageError if there is no such file or no Wrangler; Error with Wrangler's own list of what is wrong in the file
 */
export function readWranglerProject(file: string | undefined): WranglerProject {
  const folder = file === undefined ? process.cwd() : path.dirname(path.resolve(file));
  const { wrangler, version } = findWrangler(folder);
  const { rawConfig, configPath } = wrangler.experimental_readRawConfig({ config: file });
  if (configPath === undefined) {
    throw new UsageError("There is no wrangler.toml, wrangler.json or wrangler.jsonc here: name the file.");
  }
  // Without an environment it would be that of CLOUDFLARE_ENV. Warnings would make Wrangler look for a newer version.
  const read = (env = "") =>
    wrangler.unstable_readConfig({ config: configPath, env }, { hideWarnings: true });
  const top = read();
  const names = [undefined, ...(top.definedEnvironments ?? [])];
  return {
    version,
    file: configPath,
    environments: names.map((name) => ({ name, config: name === undefined ? top : read(name) })),
    unknown: unknownKeys(rawConfig, top),
    defaults: wrangler.unstable_defaultWranglerConfig,
    bindings: (config) => wrangler.unstable_convertConfigBindingsToStartWorkerBindings(config) ?? {},
  };
}

/** The keys that Wrangler does not know, of the top level and of each environment. */
function unknownKeys(raw: RawConfig, known: object): string[] {
  const unknown = (keys: object, prefix: string) =>
    Object.keys(keys).flatMap((key) =>
      key in known || key === "env" || key === "$schema" ? [] : prefix + key,
    );
  const environments = Object.entries(raw.env ?? {});
  return [...unknown(raw, ""), ...environments.flatMap(([name, keys]) => unknown(keys, `env.${name}.`))];
}

interface RawConfig {
  readonly env?: Readonly<Record<string, object>>;
}

function findWrangler(folder: string): { readonly wrangler: Wrangler; readonly version: string } {
  const manifest = findPackage("wrangler/package.json", [folder]);
  if (manifest === undefined) {
    throw new UsageError(
      "Wrangler reads its own configuration, and is not installed here: npm install --save-dev wrangler",
    );
  }
  const require = createRequire(manifest);
  const { version } = require(manifest) as { version: string };
  const wrangler = require("wrangler") as Partial<Wrangler>;
  if (NEEDED.some((name) => wrangler[name] === undefined)) {
    throw new UsageError(
      `Wrangler ${version} of this project cannot hand its configuration out: npm install --save-dev wrangler@4`,
    );
  }
  return { wrangler: wrangler as Wrangler, version };
}

const NEEDED = [
  "unstable_readConfig",
  "unstable_convertConfigBindingsToStartWorkerBindings",
  "unstable_defaultWranglerConfig",
  "experimental_readRawConfig",
] as const;
