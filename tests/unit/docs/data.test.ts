import { parseEnv } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { policies } from "../../../policy/policies";
import { BLOCKS, type Block, blocksIn, exists, read } from "../../support/docs/pages";

/** Where blocks of a language are checked. A block of another language, or of none, needs a check first. */
const CHECKED: Readonly<Record<string, string>> = {
  ts: "typescript.test.ts",
  js: "typescript.test.ts",
  sh: "shell.test.ts, and tests/e2e/docs for what Pulumi and Wrangler know",
  text: "output.test.ts",
  console: "output.test.ts",
  yaml: "here",
  json: "here",
  dotenv: "here",
  mermaid: "here",
  python: "tests/e2e/docs",
};

test("every block has a language that a test checks", () => {
  const others = BLOCKS.filter(({ language }) => !(language in CHECKED));
  expect(others.map(({ place, language }) => `${place}: ${language}`)).toEqual([]);
});

const texts = z.record(z.string(), z.string());

/** `config` in Pulumi.yaml: a key of the project has a `default`, a key of another namespace a `value`. */
const DECLARED = z.strictObject({
  type: z.enum(["string", "integer", "boolean", "array", "object"]).optional(),
  description: z.string().optional(),
  secret: z.boolean().optional(),
  default: z.unknown().optional(),
});
const CONFIG = z.union([
  z.record(z.string().regex(/:/), z.strictObject({ value: z.unknown() })),
  z.record(z.string().regex(/^[^:]+$/), DECLARED),
]);

const STEP = z.strictObject({
  name: z.string().optional(),
  uses: z
    .string()
    .regex(/^[\w-]+\/[\w-]+@(?:v\d+|[0-9a-f]{40})$/)
    .optional(),
  with: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
  run: z.string().optional(),
  env: texts.optional(),
});

/** The files of which a block can be a part, and what stands there. */
const FILES = {
  "Pulumi.yaml": z.strictObject({
    packages: z
      .record(
        z.string(),
        z.string().refine((place) => exists(`examples/yaml/${place}/PulumiPlugin.yaml`)),
      )
      .optional(),
    config: z
      .record(z.string(), z.unknown())
      .refine((config) =>
        Object.entries(config).every(([key, value]) => CONFIG.safeParse({ [key]: value }).success),
      )
      .optional(),
  }),
  "Pulumi.<stack>.yaml": z.strictObject({
    environment: z.array(z.string().refine((name) => exists(`docs/esc/${name.replace("/", "-")}.yaml`))),
  }),
  "a workflow": z.strictObject({
    permissions: z.record(z.string(), z.enum(["read", "write", "none"])).optional(),
    env: texts.optional(),
    steps: z.array(STEP),
  }),
};

function fits(text: string): boolean {
  const content: unknown = parse(text);
  return Object.values(FILES).some((file) => file.safeParse(content).success);
}
const places = (blocks: readonly Block[]) => blocks.map(({ place }) => place);

test("YAML is a part of Pulumi.yaml, of a stack's file or of a workflow", () => {
  expect(places(blocksIn("yaml").filter(({ code }) => !fits(code)))).toEqual([]);
});

test.each([
  "config: { workersDev: { type: bool } }",
  "config: { workersDev: { value: true } }",
  "config: { cloudflare:baseUrl: { default: x } }",
  "packages: { cloudflare-worker-secrets: ../../components/plugin }",
  "environment: [shop/test]",
  "steps: [{ uses: hashicorp/vault-action }]",
  "steps: [{ run: npm ci, when: always() }]",
  "permission: { contents: read }",
])("%s is a part of none of them", (text) => {
  expect(fits(text)).toBe(false);
});

/** What Pulumi takes as the config of the policy pack. */
const PACK = z.strictObject(
  Object.fromEntries(
    policies.map(({ name, configSchema }) => {
      const level = z.enum(["advisory", "mandatory", "remediate", "disabled"]);
      const schema = {
        type: "object",
        additionalProperties: false,
        ...configSchema,
      } as z.core.JSONSchema.BaseSchema;
      const own = z.fromJSONSchema({
        ...schema,
        properties: { ...schema.properties, enforcementLevel: { type: "string" } },
      });
      return [name, z.union([level, own]).optional()];
    }),
  ),
);

test("JSON is a config of the policy pack", () => {
  const blocks = blocksIn("json");
  expect(blocks).not.toEqual([]);
  for (const { code } of blocks) expect(PACK.parse(JSON.parse(code))).toEqual(JSON.parse(code));
  expect(PACK.safeParse({ "token-scopes": "mandatory" }).success).toBe(false);
  expect(PACK.safeParse({ "no-workers-dev": { productions: [] } }).success).toBe(false);
  expect(PACK.safeParse({ "compatibility-date": { maxDays: "90" } }).success).toBe(false);
});

test("a file of values names secrets of the stack's Worker", () => {
  const names = [...read("index.ts").matchAll(/name: "(\w+)"/g)].map(([, name = ""]) => name);
  for (const { code } of blocksIn("dotenv")) {
    expect(names).toEqual(expect.arrayContaining(Object.keys(parseEnv(code))));
  }
});

test("the arrows of the picture are those that the lint allows", () => {
  const [, rules = ""] = /\nconst ARROWS = \{\n([^]*?)\n\};\n/.exec(read("eslint.config.mjs")) ?? [];
  const allowed = [...rules.matchAll(/^ {2}(\w+): (\[.*\]),$/gm)].flatMap(([, from = "", to = "[]"]) =>
    (JSON.parse(to) as string[]).map((room) => `${from} --> ${room}`),
  );
  const [picture] = blocksIn("mermaid");
  const drawn = picture?.code.replaceAll(/\["[^"]*"\]/g, "").match(/\w+ --> \w+/g) ?? [];
  const ofChecks = ["bench --> harness", "tests --> harness", "tests --> bench"];
  expect(drawn.sort()).toEqual([...allowed, ...ofChecks].sort());
});
