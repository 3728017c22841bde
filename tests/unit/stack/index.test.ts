import * as fs from "node:fs";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import {
  ACCOUNT_ID,
  CANARY,
  only,
  reveal,
  runStack,
  SCRIPT,
  SECRET,
  type StackRun,
} from "../../support/mock-stack";

const CONFIG = { accountId: ACCOUNT_ID, "secrets-demo": CANARY };

/** Loads index.ts again with the SDK as this test configured it. */
function program(): Record<string, unknown> {
  let outputs: Record<string, unknown> = {};
  jest.isolateModules(() => {
    jest.doMock("@pulumi/pulumi", () => pulumi);
    jest.doMock("@pulumi/cloudflare", () => cloudflare);
    outputs = jest.requireActual("../../../index");
  });
  return outputs;
}

function configure(config: Record<string, string>, secretKeys = ["secrets-demo"]): void {
  const key = (name: string) => `cloudflare-worker-secrets:${name}`;
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([name, value]) => [key(name), value])),
    secretKeys.map(key),
  );
}

async function runProgram(config: Record<string, string>, stack = "dev"): Promise<StackRun> {
  configure(config);
  return runStack(program, { stack });
}

beforeEach(() => {
  // The dev stack deploys only to a local Cloudflare: see published-passphrase.test.ts.
  process.env.CLOUDFLARE_BASE_URL = "http://127.0.0.1:1/client/v4";
});

test("the stack consists of one component, one script, its verification and one child that names its secret", async () => {
  const { resources } = await runProgram(CONFIG);
  expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    "cloudflare-worker-secrets:index:Secret myScript/MY_SECRET_NAME_KEY",
    "cloudflare-worker-secrets:index:Verification myScript",
    "cloudflare-worker-secrets:index:WorkerScript myScript",
    "cloudflare:index/workersScript:WorkersScript myScript",
  ]);
});

test("the script is script.js, in the configured account, with the configured secret", async () => {
  const { inputs } = only(await runProgram(CONFIG), SCRIPT);
  expect(reveal(inputs)).toEqual({
    accountId: ACCOUNT_ID,
    scriptName: "cloudflare-worker-secrets-dev",
    content: fs.readFileSync("script.js", "utf8"),
    mainModule: "script.js",
    compatibilityDate: "2026-01-01",
    bindings: [{ name: "MY_SECRET_NAME_KEY", type: "secret_text", text: CANARY }],
    keepBindings: [],
  });
});

test("the secret's value is sealed everywhere the program sends it", async () => {
  const { resources } = await runProgram(CONFIG);
  const secrets = resources
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, value]) => isSealed(value));
  expect(secrets.map(([property]) => property).sort()).toEqual(["bindings", "fingerprint"]);
  const open = resources.flatMap(({ inputs }) => Object.values(inputs)).filter((value) => !isSealed(value));
  expect(JSON.stringify(open)).not.toContain(CANARY);
});

test("the stack exports the script's name and its secret names, and no value", async () => {
  const { outputs } = await runProgram(CONFIG);
  expect(outputs).toEqual({
    scriptName: "cloudflare-worker-secrets-dev",
    secretNames: ["MY_SECRET_NAME_KEY"],
    url: null,
  });
});

describe("the environments of this repository", () => {
  type Config = Record<string, unknown>;
  const read = (file: string) => parse(fs.readFileSync(file, "utf8")) as { config: Config };
  const own = (stack: string): Config =>
    Object.fromEntries(
      Object.entries(read(`Pulumi.${stack}.yaml`).config).map(([key, value]) => [
        key.replace("cloudflare-worker-secrets:", ""),
        value,
      ]),
    );
  /** Runs the program with what the engine gives it: the stack's own config over what all stacks share. */
  const deployed = (stack: string) => {
    const declared = Object.entries(read("Pulumi.yaml").config) as [string, { default?: unknown }][];
    const shared = declared.map(([key, { default: value }]): [string, unknown] => [key, value]);
    const all = new Map([...shared, ...Object.entries({ ...own(stack), "secrets-demo": CANARY })]);
    return runProgram(Object.fromEntries([...all].map(([key, value]) => [key, String(value)])), stack);
  };

  test.each([
    ["dev", "script_1", true],
    ["prod", "cloudflare-worker-secrets-prod", false],
  ])(
    "%s is in an account of its own as %s, with its workers.dev route on: %j",
    async (stack, scriptName, on) => {
      const run = await deployed(stack);
      const accountId = own(stack)["accountId"];
      expect(only(run, SCRIPT).inputs).toMatchObject({ accountId, scriptName });
      const route = only(run, "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain");
      expect(route.inputs).toMatchObject({ accountId, enabled: on });
      expect(own("dev")["accountId"]).not.toBe(own("prod")["accountId"]);
    },
  );

  test("production's file has only what differs: no secret, and no key that others know", () => {
    const { config, ...encryption } = read("Pulumi.prod.yaml");
    expect(Object.values(config).every((value) => typeof value === "string")).toBe(true);
    expect(encryption).toEqual({});
  });
});

test("the stack exports its URL if the route is on and the subdomain is known", async () => {
  const { outputs } = await runProgram({ ...CONFIG, workersDev: "true", workersDevSubdomain: "my-team" });
  expect(outputs.url).toBe("https://cloudflare-worker-secrets-dev.my-team.workers.dev");
});

test("two stacks in one account have separate Workers", async () => {
  const staging = await runProgram(CONFIG, "staging");
  const prod = await runProgram(CONFIG, "prod");
  expect(only(staging, SCRIPT).inputs.scriptName).toBe("cloudflare-worker-secrets-staging");
  expect(only(prod, SCRIPT).inputs.scriptName).toBe("cloudflare-worker-secrets-prod");
});

test("scriptName in a stack's config names its Worker", async () => {
  const run = await runProgram({ ...CONFIG, scriptName: "script_1" });
  expect(only(run, SCRIPT).inputs.scriptName).toBe("script_1");
});

test.each(["accountId", "secrets-demo"])("without %s the program stops and says how to set it", (key) => {
  configure(Object.fromEntries(Object.entries(CONFIG).filter(([name]) => name !== key)));
  pulumi.runtime.setMockOptions(undefined, "cloudflare-worker-secrets", "dev");
  expect(program).toThrow(new RegExp(`pulumi config set .*cloudflare-worker-secrets:${key}`));
});

test("a secret that was set without --secret is also sealed", async () => {
  configure(CONFIG, []);
  const run = await runStack(program);
  expect(isSealed(only(run, SCRIPT).inputs.bindings)).toBe(true);
  expect(isSealed(only(run, SECRET).inputs.fingerprint)).toBe(true);
});

const isSealed = pulumi.runtime.isRpcSecret;
