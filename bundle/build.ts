import { builtinModules } from "node:module";
import type * as Esbuild from "esbuild";
import { MAIN_MODULE } from "../component/contract/main-module";
import type { BundleOptions } from "./bundle";

/** The code's last line names the source map. */
export const MAP = `${MAIN_MODULE}.map`;

type Options = Esbuild.BuildOptions & { write: false; metafile: true };
export type Build = Esbuild.BuildResult<Options>;

/** Packages in CommonJS call `require` for Node's modules; in an ES module only this gives them one. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire("/");';

/** Bundles without writing a file. Synchronous, so that names and content are plain values in the program. */
export function build(esbuild: typeof Esbuild, entry: string, folder: string, options: BundleOptions): Build {
  const settings = settingsOf(entry, folder, options);
  const made = esbuild.buildSync(settings);
  const imports = Object.values(made.metafile.outputs).flatMap((output) => output.imports);
  const requires = imports.some(({ kind, external }) => kind === "require-call" && external === true);
  return requires && options.nodejs === true
    ? esbuild.buildSync({ ...settings, banner: { js: REQUIRE } })
    : made;
}

/** Wrangler 4.86.0's settings (src/deployment-bundle/bundle.ts), for a deploy, and without its plugins. */
function settingsOf(entry: string, folder: string, options: BundleOptions): Options {
  const { define = {}, sourceMap = true, minify = false, nodejs = false, external = [], tsconfig } = options;
  // Wrangler takes NODE_ENV from its environment, which differs between machines.
  const mode = JSON.stringify("production");
  return {
    entryPoints: [entry],
    absWorkingDir: folder,
    bundle: true,
    write: false,
    metafile: true,
    outdir: ".",
    entryNames: MAIN_MODULE.replace(/\.js$/, ""),
    assetNames: "[name]-[hash]",
    format: "esm",
    target: "es2024",
    supported: { "import-source": true },
    conditions: ["workerd", "worker", "browser"],
    keepNames: true,
    minify,
    sourcemap: sourceMap ? "linked" : false,
    define: {
      "navigator.userAgent": JSON.stringify("Cloudflare-Workers"),
      "process.env.NODE_ENV": mode,
      "global.process.env.NODE_ENV": mode,
      "globalThis.process.env.NODE_ENV": mode,
      ...define,
    },
    external: ["cloudflare:*", "node:*", ...(nodejs ? builtinModules : []), ...external],
    loader: {
      ".js": "jsx",
      ".mjs": "jsx",
      ".cjs": "jsx",
      // Text in the code is the same to the Worker as in a file of its own.
      ".txt": "text",
      ".html": "text",
      ".sql": "text",
      ".bin": "copy",
      ".wasm": "copy",
    },
    ...(tsconfig !== undefined && { tsconfig }),
    logLevel: "silent",
  };
}
