import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type BuildOptions, buildSync, type Metafile } from "esbuild";
import { ENTRIES, LOCAL, localManifest, MAIN } from "./manifests";
import { licensesOf, packagesOf } from "./packages";

const ROOT = path.join(__dirname, "..");

/**
 * Makes the packages: `npm run build` in `dist/`, or in the folder that is named. What programs import keeps its modules,
 * so that an editor and a stack trace lead to them. The commands are one file with all that they import, because its
 * dependencies would be eight times its size.
 */
function build(dist: string): void {
  fs.rmSync(dist, { recursive: true, force: true });
  buildMain(path.join(dist, MAIN.name));
  buildLocal(path.join(dist, LOCAL));
}

function buildMain(folder: string): void {
  const tsc = require.resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "--project", __dirname, "--outDir", folder], { stdio: "inherit" });
  for (const room of Object.values(ENTRIES)) {
    for (const ending of [".mjs", ".d.mts"]) {
      fs.writeFileSync(path.join(folder, room, `index${ending}`), 'export * from "./index.js";\n');
    }
  }
  const { dependencies, peerDependencies } = MAIN;
  const names = [...Object.keys({ ...dependencies, ...peerDependencies }), LOCAL];
  const theirs = names.flatMap((name) => [name, `${name}/*`]);
  const made = bundle({
    entryPoints: { cli: "package/cli.ts" },
    banner: { js: "#!/usr/bin/env node" },
    external: theirs,
    outdir: path.join(folder, "commands"),
  });
  copyHooks(path.join(folder, "commands"));
  fs.writeFileSync(path.join(folder, "THIRD-PARTY-LICENSES"), licensesOf(ROOT, made));
  buildPlugin(path.join(folder, "plugin"), theirs);
  finish(folder, MAIN, "package/README.md");
}

/** What programs in other languages use: docs/languages.md. */
function buildPlugin(folder: string, external: string[]): void {
  bundle({ entryPoints: { start: "component/provider.ts" }, external, outdir: folder });
  fs.writeFileSync(path.join(folder, "package.json"), '{ "private": true, "main": "start.js" }\n');
  for (const file of ["PulumiPlugin.yaml", "pulumi-resource-cloudflare-worker-secrets"]) {
    fs.copyFileSync(path.join(ROOT, "component/plugin", file), path.join(folder, file));
  }
}

function buildLocal(folder: string): void {
  const outdir = path.join(folder, "local");
  const made = bundle({
    entryPoints: { run: "local/run.ts", start: "local/start.ts", dev: "local/dev.ts" },
    packages: "external",
    outdir,
  });
  bundle({
    entryPoints: { "secret-key": "local/runtime/secret-key.ts" },
    format: "esm",
    outExtension: { ".js": ".mjs" },
    outdir,
  });
  copyHooks(outdir);
  finish(folder, localManifest(packagesOf(made)), "package/local.md");
}

/** Node loads them by their path, in a thread of their own. */
function copyHooks(folder: string): void {
  fs.copyFileSync(path.join(ROOT, "kit/typescript-imports.mjs"), path.join(folder, "typescript-imports.mjs"));
}

function bundle(options: BuildOptions): Metafile {
  const { metafile } = buildSync({
    ...{ absWorkingDir: ROOT, bundle: true, platform: "node", target: "node20", logLevel: "warning" },
    ...options,
    metafile: true,
  });
  return metafile;
}

/** Adds what each package has: a manifest, a readme, and what the engine is built from where it cannot be had. */
function finish(folder: string, manifest: object, readme: string): void {
  fs.writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  fs.copyFileSync(path.join(ROOT, readme), path.join(folder, "README.md"));
  for (const file of ["CHANGELOG.md", "LICENSE"])
    fs.copyFileSync(path.join(ROOT, file), path.join(folder, file));
  for (const file of ["go.mod", "go.sum"]) {
    fs.mkdirSync(path.join(folder, "engine"), { recursive: true });
    fs.copyFileSync(path.join(ROOT, "kit/engine", file), path.join(folder, "engine", file));
  }
}

build(path.resolve(process.argv[2] ?? path.join(ROOT, "dist")));
