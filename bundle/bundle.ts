import { channel } from "node:diagnostics_channel";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as Esbuild from "esbuild";
import { BUNDLES, type MadeBundle } from "../component/contract/bundles";
import { MAIN_MODULE } from "../component/contract/main-module";
import { type Build, build, MAP } from "./build";
import { checkDefine, checkEntry, checkExports, readable, refusal } from "./problems";

export interface BundleOptions {
  /**
   * Constants that the build puts in place of names, each as JavaScript: `{ VERSION: JSON.stringify("1.2") }`. They
   * become part of the code, which is not secret. Default: `process.env.NODE_ENV` is `"production"`, as with Wrangler.
   */
  readonly define?: Readonly<Record<string, string>> | undefined;
  /** Whether `modules` has a source map, with which Cloudflare shows the sources in stack traces. Default: true. */
  readonly sourceMap?: boolean | undefined;
  /** Whether to shorten the code. Default: false. */
  readonly minify?: boolean | undefined;
  /**
   * Whether the Worker has the compatibility flag `nodejs_compat`. If so, Node's own modules need no `node:` in front, as
   * in packages that were written for Node. Default: false.
   */
  readonly nodejs?: boolean | undefined;
  /** Imports to leave as they are, in esbuild's format. `cloudflare:*` and `node:*` always are. Default: none. */
  readonly external?: readonly string[] | undefined;
  /** The `tsconfig.json` to use for all files. Default: for each file, the nearest one above it. */
  readonly tsconfig?: string | undefined;
}

/** A module that the code imports, or its source map: what `modules` of `WorkerScript` takes. */
export interface BundledModule {
  readonly contentType: string;
  readonly contentBase64: string;
}

/** The arguments `content` and `modules` of `WorkerScript`. */
export interface Bundle {
  readonly content: string;
  readonly modules: Readonly<Record<string, BundledModule>>;
}

/**
 * Bundles a Worker in TypeScript or JavaScript, and the packages that it imports, as Wrangler 4 does with its default
 * rules: `.txt`, `.html` and `.sql` are imported as text, `.bin` as an `ArrayBuffer`, `.wasm` and `.wasm?module` as a
 * `WebAssembly.Module`. The same sources give the same bytes on every machine.
 *
 * @example
 * new WorkerScript("myScript", { accountId, name: "script_1", ...bundle("src/index.ts") });
 *
 * @param entry the file with the Worker's `export default`, relative to the program's folder
 * @throws pulumi.RunError that lists every problem of the build with its file, line and column
 */
export function bundle(entry: string, options: BundleOptions = {}): Bundle {
  const folder = process.cwd();
  checkEntry(entry, folder);
  checkDefine(entry, options.define ?? {});
  // Only here, because most programs do not bundle.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it with this file
  const esbuild = require("esbuild") as typeof Esbuild;
  const made = tryBuild(esbuild, entry, folder, options);
  for (const warning of readable(esbuild, "warning", made.warnings)) {
    void pulumi.log.warn(`bundle("${entry}"): ${warning}`);
  }
  const result = bundleOf(entry, made);
  const inputs = Object.keys(made.metafile.inputs).filter(isOwn);
  const files = new Set(inputs.map((input) => path.join(folder, input.replace(/\?[^?]*$/, ""))));
  const announced: MadeBundle = { ...result, files, again: () => bundle(entry, options) };
  channel(BUNDLES).publish(announced);
  return result;
}

function tryBuild(esbuild: typeof Esbuild, entry: string, folder: string, options: BundleOptions): Build {
  try {
    return build(esbuild, entry, folder, options);
  } catch (error) {
    throw refusal(esbuild, entry, error);
  }
}

function bundleOf(entry: string, { outputFiles, metafile }: Build): Bundle {
  checkExports(
    entry,
    Object.values(metafile.outputs).flatMap(({ exports }) => exports),
  );
  const files = outputFiles.map((file) => {
    return { name: path.basename(file.path), content: Buffer.from(file.contents) };
  });
  const modules = files
    .filter(({ name }) => name !== MAIN_MODULE)
    .map(({ name, content }) => {
      return [name, { contentType: contentTypeOf(name), contentBase64: content.toString("base64") }] as const;
    });
  const main = files.filter(({ name }) => name === MAIN_MODULE);
  return {
    content: withoutSuffixes(main.map(({ content }) => content.toString()).join("")),
    modules: Object.fromEntries(modules),
  };
}

function contentTypeOf(name: string): string {
  if (name === MAP) return "application/source-map";
  return name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
}

/**
 * Removes `?module` from the imports of modules: it only says that the module is to be compiled, and so are all. Blanks
 * keep the columns of the source map.
 */
function withoutSuffixes(code: string): string {
  return code.replaceAll(/((?:from *|import\()"\.\/[^"\n]+-[0-9A-Z]{8}\.wasm)\?module"/g, '$1"       ');
}

/** Whether a file belongs to the project: not to a package, and not something that esbuild itself adds. */
function isOwn(input: string): boolean {
  return !/(?:^|\/)node_modules\/|^<|^\(/.test(input);
}
