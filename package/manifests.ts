import * as root from "../package.json";

const { version, license, engines, dependencies, devDependencies } = root;
const versions: Readonly<Record<string, string>> = { ...dependencies, ...devDependencies };

/** Folders whose index others import, by the end of the import's name. */
export const ENTRIES = { ".": "component", "./secrets": "secrets", "./bundle": "bundle" } as const;

/** The Cloudflare on this machine, which production never needs. */
export const LOCAL = `${root.name}-local`;

const shared = {
  ...{ version, license, engines, type: "commonjs" },
  keywords: ["pulumi", "cloudflare", "workers", "secrets"],
};

/** What the programs and commands of others need, which they choose the version of. */
const PEERS = {
  "@pulumi/cloudflare": `^${versions["@pulumi/cloudflare"]}`,
  "@pulumi/pulumi": `^${versions["@pulumi/pulumi"]}`,
};

const OPTIONAL_PEERS = {
  ...root.peerDependencies,
  "@cloudflare/workers-types": "^4.0.0", // types of EnvOf
  esbuild: ">=0.25.0 <1", // bundle
  tsx: "^4.0.0", // commands that run a program in TypeScript
};

/** The package.json of the package that programs import. */
export const MAIN = {
  name: root.name,
  description:
    "Cloudflare Workers and their secrets with Pulumi: encrypted, named, reviewed, rotated, audited",
  ...shared,
  bin: { [root.name]: "commands/cli.js" },
  main: "component/index.js",
  types: "component/index.d.ts",
  exports: {
    ...Object.fromEntries(Object.entries(ENTRIES).map(([name, folder]) => [name, bothKinds(folder)])),
    "./package.json": "./package.json",
  },
  // Those of Pulumi's SDK, of which there is one copy then.
  dependencies: { "@grpc/grpc-js": "^1.10.1", "google-protobuf": "^3.21.4" },
  peerDependencies: { ...PEERS, ...OPTIONAL_PEERS },
  peerDependenciesMeta: Object.fromEntries(
    Object.keys(OPTIONAL_PEERS).map((name) => [name, { optional: true }]),
  ),
};

/**
 * The package.json of the Cloudflare on this machine.
 *
 * @param imported the packages that its files import
 */
export function localManifest(imported: readonly string[]): object {
  const own = imported.filter((name) => !(name in PEERS));
  return {
    name: LOCAL,
    description: `A Cloudflare on this machine, for ${root.name}`,
    ...shared,
    exports: { "./run": "./local/run.js", "./package.json": "./package.json" },
    // tsx and esbuild run and bundle the programs of its users.
    dependencies: Object.fromEntries(
      [...own, "esbuild", "tsx"].sort().map((name) => [name, versionOf(name)]),
    ),
    peerDependencies: { ...PEERS, [root.name]: version },
  };
}

/** One implementation for `import` and `require`: two would be two components that do not know each other. */
function bothKinds(folder: string): object {
  return {
    import: { types: `./${folder}/index.d.mts`, default: `./${folder}/index.mjs` },
    require: { types: `./${folder}/index.d.ts`, default: `./${folder}/index.js` },
  };
}

function versionOf(name: string): string {
  const version = versions[name];
  if (version === undefined) throw new Error(`package.json has no version of ${name}, which local/ imports.`);
  return version;
}
