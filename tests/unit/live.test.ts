import * as pulumi from "@pulumi/pulumi";
import { liveGuards } from "../../worker-script/live";
import { ACCOUNT_ID, CANARY } from "./support/stack";

type Choices = Parameters<typeof liveGuards>[2];
type Names = Record<string, string>;

let exists: boolean;
let live: Names | undefined;
let messages: string[];
let calls: string[];

/** Name and type of each binding, as the engine hands a list over that is secret and holds secrets. */
function bindings(names: Names): unknown {
  const list = Object.entries(names).map(([name, type]) => ({ name, type, text: CANARY }));
  return pulumi.secret(pulumi.secret(list));
}

async function run(step: "beforeCreate" | "beforeUpdate", choices: Choices, now: Names, before?: Names) {
  const hooks = liveGuards(component, "worker", choices)[step] ?? [];
  const inputs = (names: Names) => ({
    accountId: ACCOUNT_ID,
    scriptName: "script_1",
    bindings: bindings(names),
  });
  expect(hooks).toHaveLength(1);
  for (const hook of hooks) {
    const { callback, opts } = hook as pulumi.ResourceHook;
    expect(opts).toEqual({ onDryRun: true });
    await callback({
      urn: "",
      id: "",
      name: "worker",
      type: "",
      newInputs: inputs(now),
      ...(before === undefined ? {} : { oldInputs: inputs(before) }),
    });
  }
}

let component: pulumi.ComponentResource;

/** Its registration must not end under the mocks of the next test. */
async function registered(resource: pulumi.Resource): Promise<void> {
  await new Promise((resolve) => resource.urn.apply(resolve));
  await pulumi.runtime.disconnect();
}

beforeEach(async () => {
  exists = true;
  live = {};
  messages = [];
  calls = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    call({ token, inputs }) {
      calls.push(token);
      if (live === undefined) {
        throw new Error("403 Forbidden");
      }
      return token.includes("getWorkersScripts")
        ? { ...(inputs as object), results: exists ? [{ id: "script_1" }] : [] }
        : { ...(inputs as object), bindings: Object.entries(live).map(([name, type]) => ({ name, type })) };
    },
  });
  // What the engine has and the mocks have not.
  Object.assign(pulumi.runtime.getMonitor() as object, { registerResourceHook: () => undefined });
  component = new pulumi.ComponentResource("test:index:Component", "component");
  await registered(component);
  const hear = (message: string) => {
    messages.push(message);
    return Promise.resolve();
  };
  jest.spyOn(pulumi.log, "warn").mockImplementation(hear);
  jest.spyOn(pulumi.log, "info").mockImplementation(hear);
});

afterEach(() => {
  jest.restoreAllMocks();
});

test("without hooks in the engine, as in Pulumi's mocks, there are none", async () => {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  expect(liveGuards(component, "worker", {})).toEqual({});
});

describe("before a create", () => {
  test("a Worker that is not there may be created", async () => {
    exists = false;
    await run("beforeCreate", {}, { KEY: "secret_text" });
    expect(calls).toEqual(["cloudflare:index/getWorkersScripts:getWorkersScripts"]);
    expect(messages).toEqual([]);
  });

  test("a Worker that somebody else made is not overwritten", async () => {
    live = { KEY: "secret_text" };
    await expect(run("beforeCreate", {}, { KEY: "secret_text" })).rejects.toThrow(
      /"script_1" is live in this account, and this stack did not create it[^]*takeOver: true[^]*import: "[0-9a-f]{32}\/script_1"/,
    );
  });

  test("taken over, its undeclared secrets are looked at", async () => {
    live = { KEY: "secret_text", OTHER: "secret_text" };
    await expect(run("beforeCreate", { takeOver: true }, { KEY: "secret_text" })).rejects.toThrow(/OTHER/);
    await run("beforeCreate", { takeOver: true }, { KEY: "secret_text", OTHER: "inherit" });
  });

  test("nothing can be inherited from a Worker that is not there", async () => {
    exists = false;
    await expect(run("beforeCreate", {}, { KEY: "inherit" })).rejects.toThrow(
      /inheritedSecrets: KEY is not on the Worker "script_1"/,
    );
  });
});

describe("before an update", () => {
  const declared = { KEY: "secret_text" };

  test("what is declared, or was declared before, is nobody else's", async () => {
    live = { KEY: "secret_text", OLD: "secret_text" };
    await run("beforeUpdate", {}, declared, { OLD: "secret_text" });
    expect(calls).toEqual([
      "cloudflare:index/getWorkersScripts:getWorkersScripts",
      "cloudflare:index/getWorkerVersion:getWorkerVersion",
    ]);
    expect(messages).toEqual([]);
  });

  test("what is live and undeclared is an error that shows both ways on, and no value", async () => {
    live = { KEY: "secret_text", A: "secret_text", B: "kv_namespace" };
    await expect(run("beforeUpdate", {}, declared, declared)).rejects.toThrow(
      /A \(secret_text\), B \(kv_namespace\)[^]*inheritedSecrets: \["A","B"\][^]*undeclaredSecrets: "delete"/,
    );
    await expect(run("beforeUpdate", {}, declared, declared)).rejects.not.toThrow(CANARY);
  });

  test("it is a warning, or nothing, where the program says so", async () => {
    live = { A: "secret_text" };
    await run("beforeUpdate", { undeclaredSecrets: "delete" }, {}, {});
    expect(messages).toEqual([]);
    await run("beforeUpdate", { undeclaredSecrets: "warn" }, {}, {});
    expect(messages).toEqual([expect.stringMatching(/A \(secret_text\)/)]);
    messages = [];
    live = {};
    await run("beforeUpdate", { undeclaredSecrets: "warn" }, {}, {});
    expect(messages).toEqual([]);
  });

  test("a secret to inherit that is not live is an error", async () => {
    await expect(run("beforeUpdate", {}, { A: "inherit", B: "inherit" }, {})).rejects.toThrow(
      /inheritedSecrets: A, B are not on the Worker/,
    );
  });

  test("a secret that somebody removed is said to come back", async () => {
    await run("beforeUpdate", {}, declared, declared);
    expect(messages).toEqual([
      expect.stringMatching(/KEY is removed .* by other means; a deploy puts it back/),
    ]);
  });

  test("of a Worker that somebody removed no version is asked for, and its secrets are said to come back", async () => {
    exists = false;
    await run("beforeUpdate", {}, declared, declared);
    expect(calls).toEqual(["cloudflare:index/getWorkersScripts:getWorkersScripts"]);
    expect(messages).toEqual([expect.stringMatching(/KEY is removed/)]);
  });

  test("where nobody may read, the deploy goes on and says that nobody has looked", async () => {
    live = undefined;
    await run("beforeUpdate", {}, declared, declared);
    expect(messages).toEqual([expect.stringMatching(/What is live .* could not be read/)]);
    await run("beforeCreate", {}, declared);
    expect(messages).toHaveLength(2);
  });
});

describe("at a preview", () => {
  const unknown = pulumi.output(pulumi.unknown);

  async function preview(inputs: Record<string, unknown>) {
    const [hook] = liveGuards(component, "worker", {}).beforeUpdate ?? [];
    const newInputs = { accountId: ACCOUNT_ID, scriptName: "script_1", bindings: [], ...inputs };
    await (hook as pulumi.ResourceHook).callback({ urn: "", id: "", name: "", type: "", newInputs });
  }

  test.each([
    { scriptName: unknown },
    { bindings: unknown },
    { bindings: [{ name: unknown, type: "json" }] },
  ])("what cannot be known yet is left to the deploy, case %#", async (inputs) => {
    live = { KEY: "secret_text" };
    await preview(inputs);
    expect(calls).toEqual([]);
  });

  test("a text that cannot be known yet hides nothing", async () => {
    live = { KEY: "secret_text" };
    const bindings = [{ name: "OTHER", type: "secret_text", text: unknown }];
    await expect(preview({ bindings })).rejects.toThrow(/KEY \(secret_text\)/);
  });
});
