import * as pulumi from "@pulumi/pulumi";
import { liveGuards } from "../../../component/worker-script/live/guards";
import { ACCOUNT_ID, CANARY } from "../../support/mock-stack";

type Choices = Parameters<typeof liveGuards>[2];
type Names = Record<string, string>;

const LIST = "cloudflare:index/getWorkersScripts:getWorkersScripts";
const LIVE = "cloudflare:index/getWorkerVersion:getWorkerVersion";

let exists: boolean;
let live: Names;
/** Why the provider has no answer. */
let failure: string | undefined;
/** What the provider answers instead. */
let rubbish: Partial<Record<string, Record<string, unknown>>>;
let held: Promise<void> | undefined;
let messages: string[];
let calls: string[];
let absent: Set<string>;

/** Name and type of each binding, as the engine hands a list over that is secret and holds secrets. */
function bindings(names: Names): unknown {
  const list = Object.entries(names).map(([name, type]) => ({ name, type, text: CANARY }));
  return pulumi.secret(pulumi.secret(list));
}

async function run(step: "beforeCreate" | "beforeUpdate", choices: Choices, now: Names, before?: Names) {
  const hooks = liveGuards(component, "worker", choices, absent)[step] ?? [];
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
  failure = undefined;
  rubbish = {};
  held = undefined;
  messages = [];
  calls = [];
  absent = new Set();
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    async call({ token, inputs }) {
      calls.push(token);
      await held;
      if (failure !== undefined) {
        // As gRPC's errors carry their text.
        throw Object.assign(new Error(), { details: failure });
      }
      const bindings = Object.entries(live).map(([name, type]) => ({ name, type }));
      // As many Workers as an account may have, and this one is the last.
      const { maxItems = 1_000 } = inputs as { maxItems?: number };
      const results = [...Array(1_000).keys()].map((index) => ({ id: `other_${index}` }));
      const mine = exists ? [{ id: "script_1" }] : [];
      return (
        rubbish[token] ??
        (token === LIST ? { results: [...results, ...mine].slice(0, maxItems) } : { bindings })
      );
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
  jest.spyOn(pulumi.log, "warn").mockImplementation((message) => hear(`warning: ${message}`));
  jest.spyOn(pulumi.log, "info").mockImplementation((message) => hear(`info: ${message}`));
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  expect(messages.join("\n")).not.toContain(CANARY);
});

test("without hooks in the engine, as in Pulumi's mocks, there are none", async () => {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  expect(liveGuards(component, "worker", {}, absent)).toEqual({});
});

describe("before a create", () => {
  test("a Worker that is not there may be created", async () => {
    exists = false;
    await run("beforeCreate", {}, { KEY: "secret_text" });
    expect(calls).toEqual([LIST]);
    expect(messages).toEqual([]);
  });

  test("a Worker that somebody else made is not overwritten", async () => {
    live = { KEY: "secret_text" };
    await expect(run("beforeCreate", {}, { KEY: "secret_text" })).rejects.toThrow(
      /"script_1" is live in this account, and a deploy would create it over what is there[^]*takeOver: true[^]*import: "[0-9a-f]{32}\/script_1"/,
    );
  });

  test("taken over, its undeclared secrets are looked at", async () => {
    live = { KEY: "secret_text", OTHER: "secret_text" };
    await expect(run("beforeCreate", { takeOver: true }, { KEY: "secret_text" })).rejects.toThrow(/OTHER/);
    await run("beforeCreate", { takeOver: true }, { KEY: "secret_text", OTHER: "inherit" });
    expect(messages).toEqual([]);
  });

  test("what it has need not be known to refuse it", async () => {
    rubbish = { [LIVE]: {} };
    await expect(run("beforeCreate", {}, { KEY: "secret_text" })).rejects.toThrow(/takeOver: true/);
    expect(calls).toEqual([LIST]);
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
    expect(calls).toEqual([LIST, LIVE]);
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

  test("a secret that is new, and one that is there, are nothing to speak of", async () => {
    live = declared;
    await run("beforeUpdate", {}, { KEY: "secret_text", NEW: "secret_text", PLAIN: "plain_text" }, declared);
    expect(messages).toEqual([]);
    expect([...absent]).toEqual(["NEW"]);
  });

  test("a secret that is no longer inherited is named, unless it may be deleted", async () => {
    live = { OTHERS: "secret_text" };
    const inherited = { OTHERS: "inherit", GONE: "inherit" };
    for (const undeclaredSecrets of ["delete", "warn", "error"] as const) {
      await run("beforeUpdate", { undeclaredSecrets }, {}, inherited);
    }
    expect(messages).toEqual(
      Array(2).fill(expect.stringMatching(/^warning: OTHERS is no longer in inheritedSecrets/)),
    );
  });

  test("of a Worker that is not listed no version is asked for, and that it is not listed is said", async () => {
    exists = false;
    await run("beforeUpdate", {}, declared, declared);
    expect(calls).toEqual([LIST]);
    expect(messages).toEqual([
      expect.stringMatching(/^warning: The Worker "script_1" is not in the .* list/),
    ]);
  });
});

describe("where Cloudflare's answer cannot be had, the deploy goes on and says that nobody has looked", () => {
  const UNREAD = /^warning: What is live on the Worker "script_1" could not be read/;

  test("nobody may read", async () => {
    failure = "403 Forbidden";
    await run("beforeUpdate", {}, { KEY: "inherit" }, {});
    await run("beforeCreate", {}, { KEY: "inherit" });
    await run("beforeCreate", { takeOver: true }, {});
    expect(messages).toEqual(Array(3).fill(expect.stringMatching(UNREAD)));
    const removed = expect.stringMatching(/a deploy removes them.*403 Forbidden/) as string;
    expect(messages).toEqual([removed, expect.stringMatching(/a deploy overwrites it/), removed]);
  });

  test.each([
    [LIST, {}],
    [LIST, { results: null }],
    [LIST, { results: "no list" }],
    [LIST, { results: [null] }],
    [LIST, { results: [{ name: "script_1" }] }],
    [LIVE, {}],
    [LIVE, { bindings: null }],
    [LIVE, { bindings: {} }],
    [LIVE, { bindings: [null] }],
    [LIVE, { bindings: [{ name: "KEY" }] }],
    [LIVE, { bindings: [{ type: "secret_text" }] }],
  ])("rubbish, case %#", async (token, answer) => {
    rubbish = { [token]: answer };
    await run("beforeUpdate", {}, { KEY: "secret_text", OTHER: "inherit" }, { KEY: "secret_text" });
    await run("beforeCreate", { takeOver: true }, { KEY: "secret_text" });
    expect(messages).toEqual(Array(2).fill(expect.stringMatching(UNREAD)));
  });

  test("an error page is cut short", async () => {
    failure = `502 ${"<br>".repeat(10_000)}`;
    await run("beforeCreate", {}, {});
    expect(messages).toEqual([expect.stringMatching(/502 <br>/)]);
    expect(messages[0]?.length).toBeLessThan(1_000);
  });
});

test("who waits for an answer hears for what, and nothing where it comes soon", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  let release: () => void = () => undefined;
  held = new Promise((resolve) => (release = resolve));
  const ended = run("beforeUpdate", {}, {}, {});
  while (calls.length === 0) {
    await new Promise(setImmediate);
  }
  jest.advanceTimersByTime(9_999);
  expect(messages).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(messages).toEqual([expect.stringMatching(/^info: Cloudflare has not said yet what is live/)]);
  release();
  await ended;
  jest.advanceTimersByTime(60_000);
  expect(messages).toHaveLength(1);
});

describe("at a preview", () => {
  const unknown = pulumi.output(pulumi.unknown);

  async function preview(inputs: Record<string, unknown>) {
    const [hook] = liveGuards(component, "worker", {}, absent).beforeUpdate ?? [];
    // As an import leaves them.
    const oldInputs = { accountId: ACCOUNT_ID, scriptName: "script_1" };
    const newInputs = { ...oldInputs, bindings: [], ...inputs };
    await (hook as pulumi.ResourceHook).callback({
      urn: "",
      id: "",
      name: "",
      type: "",
      newInputs,
      oldInputs,
    });
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
