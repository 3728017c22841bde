import type { Code, Environment } from "./environment";
import type { Json } from "./json";
import { secretListName } from "./names";
import { Expression, mentions, print, type Value } from "./literal";
import { triggerCode } from "./trigger-code";
import type { Stacks } from "./vary";

/** Where the program imports the component from. */
export type ImportFrom = (room: "component" | "bundle" | "secrets") => string;

/** The text of the program's index.ts. What differs between the stacks goes into their config. */
export function programOf(worker: string, stacks: Stacks, importFrom: ImportFrom): string {
  const hasSecrets = stacks.environments.some(({ configSecrets }) => configSecrets.length > 0);
  const args = argumentsOf(worker, stacks, hasSecrets);
  const triggers = triggerCode(stacks);
  const uses = (word: string) => mentions(args, word);
  const imports = [
    triggers.length > 0 ? 'import * as cloudflare from "@pulumi/cloudflare";' : "",
    'import * as pulumi from "@pulumi/pulumi";',
    uses("bundle(") ? `import { bundle } from "${importFrom("bundle")}";` : "",
    `import { WorkerScript${uses("WorkerScriptArgs") ? ", type WorkerScriptArgs" : ""} } from "${importFrom("component")}";`,
    uses("fs.") ? 'import * as fs from "node:fs";' : "",
    hasSecrets ? `import { readSecrets } from "${importFrom("secrets")}";` : "",
    hasSecrets ? 'import { SECRETS } from "./secret-list";' : "",
  ].filter((line) => line !== "");
  return `${imports.join("\n")}

const config = new pulumi.Config();
const accountId = config.require("accountId");
const name = config.require("scriptName");
/** Lets a stack's first deploy have the Worker that is live. Then: pulumi config rm takeOver */
const takeOver = config.getBoolean("takeOver") ?? false;

const worker = new WorkerScript(${JSON.stringify(worker)}, ${print(args)});
${triggers.join("")}
export const secretNames = worker.secretNames;
`;
}

function argumentsOf(worker: string, stacks: Stacks, hasSecrets: boolean): Readonly<Record<string, Value>> {
  const settings = new Set(stacks.environments.flatMap((one) => Object.keys(one.settings)));
  const given: Record<string, Value | undefined> = {
    accountId: new Expression("accountId"),
    name: new Expression("name"),
    takeOver: new Expression("takeOver"),
    // The values in the stack's config replace the live ones only if the stack says so, after a preview.
    ...(hasSecrets
      ? { undeclaredSecrets: new Expression('config.get<"error" | "delete">("undeclaredSecrets")') }
      : {}),
    ...codeOf(stacks),
    ...Object.fromEntries(
      [...settings].map((key) => {
        const value = stacks.value(key, `WorkerScriptArgs["${key}"]`, (one) => one.settings[key]);
        return [key, key === "assets" ? withFiles(value, stacks) : value];
      }),
    ),
    ...(hasSecrets
      ? { secretTextBindings: new Expression(`readSecrets(SECRETS).${secretListName(worker)}`) }
      : {}),
    secretsStoreBindings: stacks.list("secretsStoreBindings", STORE_BINDINGS, (one) => one.storeSecrets),
    inheritedSecrets: stacks.list("inheritedSecrets", "string[]", (one) => one.inherited),
    plainTextBindings: stacks.list("variables", "{ name: string; text: string }[]", ({ variables }) =>
      Object.entries(variables).map(([name, text]) => ({ name, text })),
    ),
    bindings: stacks.list("bindings", "{ type: string; name: string }[]", (one) => one.bindings),
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => (isEmpty(value) ? [] : [[key, value] as const])),
  );
}

function isEmpty(value: Value | undefined): value is undefined {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

/** Adds the settings that are files, so that an edit of such a file is deployed. */
function withFiles(assets: Value | undefined, { environments: [first] }: Stacks): Value | undefined {
  const files = Object.entries(first?.assetFiles ?? {});
  // Environments with different assets are refused if one of them has such a file.
  if (files.length === 0 || assets === undefined || assets instanceof Expression) return assets;
  const { config, ...rest } = assets as { readonly config?: { readonly [key: string]: Value } };
  const all: Record<string, Value> = { ...config };
  for (const [name, file] of files)
    all[name] = new Expression(`fs.readFileSync(${JSON.stringify(file)}, "utf8")`);
  return { ...rest, config: all };
}

const STORE_BINDINGS = "{ name: string; storeId: string; secretName: string }[]";

function codeOf(stacks: Stacks): Readonly<Record<string, Value>> {
  const [first] = stacks.environments;
  switch (first?.code.kind) {
    case undefined:
      return {};
    case "assets":
      return {
        content: `export default { fetch: (request, env) => env.${first.code.binding}.fetch(request) };\n`,
      };
    case "file":
      return { content: new Expression(`fs.readFileSync(${JSON.stringify(first.code.file)}, "utf8")`) };
    case "files":
      return filesOf(first.code.files.map(({ name, type }) => ({ name, type })));
    case "bundle": {
      const of =
        (read: (code: Code & { kind: "bundle" }) => Json | undefined) =>
        ({ code }: Environment) =>
          code.kind === "bundle" ? read(code) : undefined;
      const entry =
        stacks.value(
          "main",
          "string",
          of((code) => code.entry),
        ) ?? "";
      const options = stacks.value(
        "bundle",
        "object",
        of(({ options }) => (Object.keys(options).length > 0 ? options : undefined)),
      );
      const args = [entry, options].flatMap((value) => (value === undefined ? [] : print(value)));
      return { bundle: new Expression(`...bundle(${args.join(", ")})`) };
    }
  }
}

function filesOf(
  files: readonly { readonly name: string; readonly type: string }[],
): Readonly<Record<string, Value>> {
  const [main, ...others] = files;
  const read = (name: string, encoding: string) =>
    new Expression(`fs.readFileSync(${JSON.stringify(`worker/${name}`)}, "${encoding}")`);
  const modules: Record<string, Value> = {};
  for (const { name, type } of others)
    modules[name] = { contentType: type, contentBase64: read(name, "base64") };
  return { content: read(main?.name ?? "", "utf8"), ...(others.length === 0 ? {} : { modules }) };
}
