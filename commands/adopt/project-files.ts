import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { IS_PACKAGE } from "../../component/contract/command-line";
import { ROOT } from "../../kit/project";
import { configSecretsOf, type Environment } from "./environment";
import { print, type Value } from "./literal";
import { configKeys, secretListName } from "./names";
import { type ImportFrom, programOf } from "./program";
import { Stacks } from "./vary";

/** The files of the Pulumi project, by their names in its folder. */
export type ProjectFiles = ReadonlyMap<string, string | Uint8Array>;

/**
 * Makes the files of a project for a Worker.
 *
 * @param worker the name of the project and of the Worker's resource
 * @param out the project's folder
 */
export async function projectFiles(
  worker: string,
  out: string,
  environments: readonly Environment[],
): Promise<ProjectFiles> {
  const stacks = new Stacks(environments);
  const importFrom = IS_PACKAGE ? fromPackage : fromCheckout(out);
  const files = new Map<string, string | Uint8Array>();
  files.set("index.ts", programOf(worker, stacks, importFrom));
  files.set(
    "Pulumi.yaml",
    stringify({
      name: worker,
      runtime: "nodejs",
      main: "index.ts",
      description: "A Cloudflare Worker and its secrets",
    }),
  );
  environments.forEach(({ stack }, at) => {
    files.set(`Pulumi.${stack}.yaml`, stringify({ config: stacks.config[at] }, TEXTS));
  });
  files.set("tsconfig.json", `${JSON.stringify({ compilerOptions: COMPILER }, undefined, 2)}\n`);
  if (IS_PACKAGE) files.set("package.json", `${JSON.stringify(manifest(worker), undefined, 2)}\n`);
  const list = secretList(worker, environments);
  if (list !== undefined) files.set("secret-list.ts", list(importFrom));
  const [first] = environments;
  if (first?.code.kind === "files") {
    for (const file of first.code.files)
      files.set(`worker/${file.name}`, new Uint8Array(await file.arrayBuffer()));
  }
  return files;
}

/** Without quotes, YAML reads a text such as 2026-01-01 as another type. */
const TEXTS = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;

const COMPILER = {
  target: "es2022",
  module: "node16",
  strict: true,
  esModuleInterop: true,
  // Pulumi would type-check the program at each preview.
  noCheck: true,
};

const PACKAGE = "cloudflare-worker-secrets";

const fromPackage: ImportFrom = (room) => (room === "component" ? PACKAGE : `${PACKAGE}/${room}`);

function fromCheckout(out: string): ImportFrom {
  const up = path.relative(out, ROOT).replaceAll(path.sep, "/");
  return (room) => `${up}/${room}`;
}

/** What the package.json of this package says, from where its commands are. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The Worker's own package may be of ES modules, so the program has one of its own. */
function manifest(worker: string): object {
  const own = path.join(__dirname, "../package.json");
  const { name, version, peerDependencies } = JSON.parse(fs.readFileSync(own, "utf8")) as Package;
  const peers = (...names: readonly string[]) =>
    Object.fromEntries(names.map((one) => [one, peerDependencies[one]]));
  return {
    name: `${worker}-pulumi`,
    private: true,
    main: "index.ts",
    dependencies: { ...peers("@pulumi/cloudflare", "@pulumi/pulumi", "esbuild"), [name]: `^${version}` },
    devDependencies: { ...peers("tsx"), typescript: ">=5 <7" },
  };
}

/** The list of the secrets whose values the stacks' config gets; undefined if there are none. */
function secretList(worker: string, environments: readonly Environment[]) {
  const keys = configKeys(configSecretsOf(environments));
  if (keys.size === 0) return undefined;
  const list: Record<string, object> = {};
  for (const [name, config] of keys) {
    const stacks = environments.filter((one) => one.configSecrets.includes(name)).map(({ stack }) => stack);
    list[name] = { from: { config }, ...(stacks.length === environments.length ? {} : { stacks }) };
  }
  const printed = print({ [secretListName(worker)]: list } as Value);
  return (importFrom: ImportFrom) => `import type { SecretList } from "${importFrom("secrets")}";

/** Every secret whose value is in the stacks' config. */
export const SECRETS = ${printed} as const satisfies SecretList;
`;
}
