import * as pulumi from "@pulumi/pulumi";
import { WorkerScript, type WorkerScriptArgs } from "../../../component";
import { configSecret } from "../../../secrets";
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

const PREVIOUS = `${CANARY}-previous`;

function declare(
  secretTextBindings: WorkerScriptArgs["secretTextBindings"],
  options: { preview?: boolean } = {},
): Promise<StackRun> {
  return runStack(() => {
    const args = {
      accountId: ACCOUNT_ID,
      name: "script_1",
      content: "export default {}",
      secretTextBindings,
    };
    return { secretNames: new WorkerScript("worker", args).secretNames };
  }, options);
}

function bindings(run: StackRun): unknown {
  return reveal(only(run, SCRIPT).inputs.bindings);
}

const BOTH = [
  { name: "API_KEY", type: "secret_text", text: CANARY },
  { name: "API_KEY_PREVIOUS", type: "secret_text", text: PREVIOUS },
];

test.each([
  ["a plain item", { name: "API_KEY", text: CANARY, previous: PREVIOUS }],
  ["an item that is an Output", pulumi.output({ name: "API_KEY", text: CANARY, previous: PREVIOUS })],
  ["a name that is an Output", { name: pulumi.output("API_KEY"), text: CANARY, previous: PREVIOUS }],
])("the Worker has the previous value too, sealed and with a line of its own: %s", async (_, item) => {
  const run = await declare([item]);
  expect(bindings(run)).toEqual(BOTH);
  const lines = run.resources.filter(({ type }) => type === SECRET).map(({ name }) => name);
  expect(lines).toEqual(["worker/API_KEY", "worker/API_KEY_PREVIOUS"]);
  expect(run.outputs.secretNames).toEqual(["API_KEY", "API_KEY_PREVIOUS"]);
  const open = JSON.stringify(run.resources, (_, value: unknown) =>
    pulumi.runtime.isRpcSecret(value) ? "[sealed]" : value,
  );
  expect(open).not.toContain(CANARY);
});

test("without a previous value there is one binding", async () => {
  expect(bindings(await declare([{ name: "API_KEY", text: CANARY, previous: undefined }]))).toEqual([
    { name: "API_KEY", type: "secret_text", text: CANARY },
  ]);
});

describe("configSecret", () => {
  function configure(config: Record<string, string>): void {
    pulumi.runtime.setAllConfig(config, Object.keys(config));
  }

  test("gives the value, the previous value, and their source", async () => {
    configure({ "project:api-key": CANARY, "project:api-key-previous": PREVIOUS });
    const run = await declare([
      { name: "API_KEY", ...configSecret("api-key", new pulumi.Config("project")) },
    ]);
    expect(bindings(run)).toEqual(BOTH);
  });

  test("gives no previous value if the config has none", async () => {
    configure({ "cloudflare-worker-secrets:api-key": CANARY });
    const run = await runStack(() => {
      const { text, previous, source } = configSecret("api-key");
      return { text, source, hasPrevious: previous !== undefined };
    });
    expect(run.outputs).toEqual({ text: CANARY, source: "config:api-key", hasPrevious: false });
  });

  test("names the namespace of a config that is not the project's", async () => {
    configure({ "vault:api-key": CANARY });
    const run = await runStack(() => ({
      source: configSecret("api-key", new pulumi.Config("vault")).source,
    }));
    expect(run.outputs).toEqual({ source: "config:vault:api-key" });
  });
});
