import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { type ProjectFiles, projectFiles } from "../../../commands/adopt/project-files";
import { adopt, BARE } from "../../support/adopted-environment";
import { CONFIGURATIONS } from "../../support/wrangler-configurations";

const ROOT = path.join(__dirname, "../../..");
const OUT = path.join(ROOT, "shop");

const textOf = (files: ProjectFiles, name: string) => String(files.get(name));
const config = (files: ProjectFiles, stack: string) =>
  (parse(textOf(files, `Pulumi.${stack}.yaml`)) as { config: object }).config;

const TWO_STACKS = {
  vars: { STAGE: "prod", REGION: "eu" },
  kv_namespaces: [{ binding: "CACHE", id: "kv-prod" }],
  triggers: { crons: ["0 * * * *"] },
  routes: [{ pattern: "example.com/live/*", zone_id: "zone-1" }],
  env: {
    staging: {
      vars: { STAGE: "staging", REGION: "eu" },
      kv_namespaces: [{ binding: "CACHE", id: "kv-staging" }],
      observability: { enabled: true },
      triggers: { crons: [] },
      routes: [],
    },
  },
};

test("what all stacks have in common is in the program, and what differs is in their config", async () => {
  const live = { ...BARE, bindings: { API_KEY: { type: "secret_text" } } };
  const files = await projectFiles("shop", OUT, await adopt(TWO_STACKS, live));
  expect(textOf(files, "index.ts")).toContain(`const worker = new WorkerScript("shop", {
  accountId,
  name,
  takeOver,
  ...bundle(`);
  expect(textOf(files, "index.ts")).toContain(`  inheritedSecrets: ["API_KEY"],
  plainTextBindings: [
    { name: "REGION", text: "eu" },
    ...(config.getObject<{ name: string; text: string }[]>("variables") ?? []),
  ],
  bindings: config.getObject<{ type: string; name: string }[]>("bindings") ?? [],
});`);
  const shared = { accountId: "0123456789abcdef0123456789abcdef", takeOver: true };
  expect(config(files, "prod")).toMatchObject({
    ...shared,
    scriptName: "shop",
    variables: [{ name: "STAGE", text: "prod" }],
    bindings: [{ type: "kv_namespace", name: "CACHE", namespaceId: "kv-prod" }],
    routes: [{ pattern: "example.com/live/*", zoneId: "zone-1", id: "route-1" }],
    crons: ["0 * * * *"],
  });
  expect(config(files, "staging")).toMatchObject({ ...shared, observability: { enabled: true } });
  expect(config(files, "staging")).not.toHaveProperty("routes");
});

test("a text that YAML would read as a date or a number stays a text", async () => {
  const vars = (DATE: string, NUMBER: string) => ({ DATE, NUMBER });
  const two = { vars: vars("2026-01-01", "1_001"), env: { other: { vars: vars("2026-01-02", "0b11") } } };
  const files = await projectFiles("shop", OUT, await adopt(two, "absent"));
  expect(textOf(files, "Pulumi.prod.yaml")).toContain('text: "2026-01-01"');
  expect(textOf(files, "Pulumi.other.yaml")).toContain('text: "0b11"');
});

test("a Worker that is not deployed yet is not taken over", async () => {
  const files = await projectFiles("shop", OUT, await adopt({}, "absent"));
  expect(config(files, "prod")).not.toHaveProperty("takeOver");
});

test("secrets whose values are given are in a list, for the stacks that have them", async () => {
  const [prod, staging] = await adopt(TWO_STACKS, BARE);
  if (prod === undefined || staging === undefined) throw new Error("Two environments are expected.");
  const files = await projectFiles("my-shop", OUT, [
    { ...prod, configSecrets: ["API_KEY", "ONLY_PROD"] },
    { ...staging, configSecrets: ["API_KEY"] },
  ]);
  expect(textOf(files, "secret-list.ts")).toContain(`  myShop: {
    API_KEY: { from: { config: "api-key" } },
    ONLY_PROD: { from: { config: "only-prod" }, stacks: ["prod"] },
  },`);
  expect(textOf(files, "index.ts")).toContain("secretTextBindings: readSecrets(SECRETS).myShop,");
});

test("a text is printed as it is, and never becomes code", async () => {
  const text = '`${process.exit()}` "; } // \u2028 \\';
  const files = await projectFiles("shop", OUT, await adopt({ vars: { TEXT: text, "fs.x": 1 } }, "absent"));
  expect(textOf(files, "index.ts")).toContain(`{ name: "TEXT", text: ${JSON.stringify(text)} }`);
  expect(textOf(files, "index.ts")).not.toContain("node:fs");
});

test("the compiler accepts the programs of all configurations", async () => {
  const programs = new Map<string, string>();
  const all = Object.values(CONFIGURATIONS).map(({ files }) => Object.entries(files));
  const given = all.flatMap((files) =>
    files.flatMap(([name, text]) =>
      /\.jsonc?$/.test(name) && name.startsWith("wrangler") ? [readJson(String(text))] : [],
    ),
  );
  for (const [at, one] of [TWO_STACKS, ...given].entries()) {
    const environments = await adopt(one, BARE);
    const out = path.join(ROOT, `adopted-${at}`);
    const withSecret = environments.map((environment) => ({ ...environment, configSecrets: ["API_KEY"] }));
    for (const [name, text] of await projectFiles("shop", out, withSecret))
      programs.set(path.join(out, name), String(text));
  }
  expect(problemsIn(programs)).toEqual([]);
});

function readJson(text: string): object {
  return ts.parseConfigFileTextToJson("wrangler.jsonc", text).config as object;
}

/** What the compiler says about programs that are not on disk. */
function problemsIn(programs: ReadonlyMap<string, string>): string[] {
  const { compilerOptions } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) =>
    fs.readFileSync(file, "utf8"),
  ).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...compilerOptions, noCheck: false, noEmit: true },
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    const text = programs.get(name);
    return text === undefined ? read(name, ...rest) : ts.createSourceFile(name, text, rest[0]);
  };
  const exists = host.fileExists.bind(host);
  host.fileExists = (name) => programs.has(name) || exists(name);
  const folders = new Set([...programs.keys()].map((name) => path.dirname(name)));
  const isFolder = host.directoryExists?.bind(host);
  host.directoryExists = (name) => folders.has(name) || isFolder?.(name) === true;
  const roots = [...programs.keys()].filter((name) => name.endsWith(".ts"));
  const program = ts.createProgram(roots, options, host);
  return roots
    .flatMap((name) => program.getSemanticDiagnostics(program.getSourceFile(name)))
    .map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}
