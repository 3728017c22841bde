import * as pulumi from "@pulumi/pulumi";
import { WorkerScript, type WorkerScriptArgs } from "../../../component";
import { keepsValues } from "../../../component/contract/kept-values";
import { checkArgs } from "../../../component/worker-script/check";
import { declarationOf, withLivePrevious } from "../../../component/worker-script/kept-secrets";
import { configSecret, readSecrets } from "../../../secrets";
import {
  ACCOUNT_ID,
  CANARY,
  only,
  reveal,
  type RunOptions,
  runStack,
  SCRIPT,
  SECRET,
} from "../../support/mock-stack";

const SETTING = "cloudflare-worker-secrets:secretValues";
const API_KEY = [{ name: "API_KEY", type: "secret_text" }];
const KEPT = { type: "inherit", versionId: "latest" };

function configure(config: Record<string, string>): void {
  pulumi.runtime.setAllConfig(config, []);
}

beforeEach(() => {
  configure({ [SETTING]: "keep" });
});
afterEach(() => {
  delete process.env.WORKER_SECRET_VALUES;
  jest.restoreAllMocks();
});

function deploy(args: Partial<WorkerScriptArgs>, options: RunOptions) {
  return runStack(() => {
    const all = { accountId: ACCOUNT_ID, name: "script_1", content: "export default {}", ...args };
    const { secretNames } = new WorkerScript("worker", all);
    return { secretNames };
  }, options);
}

/** A run that waits for it does not end. */
const neverKnown = new Promise<string>(() => undefined);

test("no value is read, sent or fingerprinted, and every secret keeps its source", async () => {
  const secretTextBindings = [
    { name: "API_KEY", ...configSecret("api-key") },
    { name: "TOKEN", text: neverKnown, previous: neverKnown },
  ];
  const run = await deploy({ secretTextBindings }, { live: API_KEY });
  expect(reveal(only(run, SCRIPT).inputs.bindings)).toEqual([
    { name: "API_KEY", ...KEPT },
    { name: "TOKEN", ...KEPT },
  ]);
  expect(run.resources.filter(({ type }) => type === SECRET).map(({ inputs }) => inputs)).toEqual([{}, {}]);
  expect(secretTextBindings[0]).toEqual({ name: "API_KEY", text: "", source: "config:api-key" });
});

test("a list of secrets lacks no value", () => {
  const list = { shop: { API_KEY: { from: { config: "api-key" } } } } as const;
  expect(readSecrets(list).shop).toMatchObject([{ name: "API_KEY", source: "config:api-key" }]);
});

test.each([
  ["that is known", "API_KEY"],
  ["that is an Output", pulumi.output("API_KEY")],
])("the previous value of a secret with a name %s is kept if the Worker has one", async (_, name) => {
  const live = [...API_KEY, { name: "API_KEY_PREVIOUS", type: "secret_text" }];
  const run = await deploy({ secretTextBindings: [{ name, text: CANARY }] }, { live });
  expect(run.outputs.secretNames).toEqual(["API_KEY", "API_KEY_PREVIOUS"]);
});

test("a preview that does not know the Worker yet does not ask for it", async () => {
  const secretTextBindings = [{ name: "API_KEY", text: CANARY }];
  const accountId = pulumi.unknown as pulumi.Output<string>;
  const run = await deploy({ accountId, secretTextBindings }, { preview: true });
  expect(run.outputs.secretNames).toEqual(["API_KEY"]);
});

/** What the Worker has, according to a provider that fails. */
async function ask(failure: string) {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  const args = declarationOf({ accountId: ACCOUNT_ID, name: "script_1", content: "export default {}" });
  const fail = () => Promise.reject(new Error(failure));
  jest.spyOn(pulumi.runtime, "invoke").mockImplementation(fail);
  return withLivePrevious(args, new pulumi.ComponentResource("test:index:Parent", "parent"));
}

test("a Worker that does not exist is left to the gate", async () => {
  await expect(ask("404 Not Found")).resolves.toMatchObject({ secretTextBindings: [] });
});

test("a Worker that cannot be read stops the run, because a rotation could be under way", async () => {
  await expect(ask("502 Bad Gateway")).rejects.toThrow(
    /"script_1" has could not be read[^]*Nothing was sent to Cloudflare[^]*502 Bad Gateway/,
  );
});

test("names are checked, and values are not", async () => {
  const secretTextBindings = [{ name: "not a name", text: "" }];
  const args = { accountId: ACCOUNT_ID, name: "script_1", content: "export default {}", secretTextBindings };
  await expect(checkArgs("worker", declarationOf(args))).rejects.toThrow(
    /Nothing was sent to Cloudflare\.\n {2}- secretTextBindings\[0\]\.name: expected[^\n]*$/,
  );
});

test("an option that keeps the values of an earlier deploy records what is deployed", async () => {
  const secretTextBindings = [{ name: "API_KEY", text: CANARY }];
  const kept = { live: API_KEY, keptBindings: [{ name: "API_KEY", type: "secret_text", text: CANARY }] };
  const run = await deploy({ secretTextBindings }, kept);
  expect(only(run, SECRET).inputs).toEqual({});
});

test("an option that keeps an earlier deploy without values leaves what is recorded of them", async () => {
  configure({});
  const secretTextBindings = [{ name: "API_KEY", text: CANARY }];
  const keptBindings = [{ name: "API_KEY", type: "inherit", versionId: "latest" }];
  const error = jest.spyOn(pulumi.log, "error").mockResolvedValue();
  const run = await deploy({ secretTextBindings }, { keptBindings });
  expect(only(run, SECRET).inputs).toEqual({});
  expect(error.mock.calls).toEqual([
    [expect.stringMatching(/API_KEY cannot be deployed/), expect.anything()],
  ]);
});

test.each([
  [undefined, undefined, false],
  ["send", undefined, false],
  ["keep", undefined, true],
  ["keep", "send", false],
  ["send", "keep", true],
  ["keep", "", true],
])("the setting %s and the variable %s", (setting, variable, expected) => {
  configure(setting === undefined ? {} : { [SETTING]: setting });
  if (variable !== undefined) process.env.WORKER_SECRET_VALUES = variable;
  expect(keepsValues()).toBe(expected);
});

test("another setting is refused, with the place that it is in", () => {
  configure({ [SETTING]: "Keep" });
  expect(keepsValues).toThrow(/^cloudflare-worker-secrets:secretValues: expected send or keep\./);
  process.env.WORKER_SECRET_VALUES = "no";
  expect(keepsValues).toThrow(/^the environment variable WORKER_SECRET_VALUES: expected/);
});
