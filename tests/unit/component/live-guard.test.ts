import * as pulumi from "@pulumi/pulumi";
import { LiveGuard } from "../../../component/worker-script/live/live-guard";
import { ACCOUNT_ID, CANARY } from "../../support/mock-stack";

/** What the SDK has and does not declare. */
const { _setIsDryRun: setDryRun } = jest.requireActual<{ _setIsDryRun: (isDryRun: boolean) => void }>(
  "@pulumi/pulumi/runtime/settings",
);

type Choices = ConstructorParameters<typeof LiveGuard>[2];
type Names = Record<string, string>;
type Step = "beforeCreate" | "beforeUpdate";

const LIST = "getWorkersScripts";
const LIVE = "getWorkerVersion latest";
const SERVING = "getWorkersDeployments";

let exists: boolean;
/** The bindings of each version that there is; `latest` is the newest. */
let versions: Record<string, Names>;
/** The version ids and shares of the newest deployment; undefined if the provider cannot say. */
let deployment: [string, number][] | undefined;
let number: number | undefined;
/** Why the provider has no answer to a call. */
let failures: Record<string, string>;
/** What the provider answers instead. */
let rubbish: Record<string, Record<string, unknown>>;
let held: Promise<void> | undefined;
let messages: string[];
let calls: string[];
let component: pulumi.ComponentResource;

/** Names and types, as the engine hands over a list that is secret and holds secrets. */
function bindings(names: Names): unknown {
  const list = Object.entries(names).map(([name, type]) => ({ name, type, text: CANARY }));
  return pulumi.secret(pulumi.secret(list));
}

const inputs = (names: Names) => ({
  accountId: ACCOUNT_ID,
  scriptName: "script_1",
  bindings: bindings(names),
});

async function run(step: Step, choices: Choices, now: Names, before?: Names, guard = guardOf(choices)) {
  const [hook] = guard.scriptHooks()[step] ?? [];
  const { callback, opts } = hook as pulumi.ResourceHook;
  expect(opts).toEqual({ onDryRun: true });
  const oldInputs = before && inputs(before);
  await callback({
    urn: "",
    id: "",
    name: "worker",
    type: "",
    newInputs: inputs(now),
    ...(oldInputs && { oldInputs }),
  });
}

type Deployed = Parameters<LiveGuard["verificationHooks"]>[0];

/** What a script was deployed with; an import leaves no bindings. */
function deployed(list?: unknown): Deployed {
  const [accountId, scriptName] = [pulumi.output(ACCOUNT_ID), pulumi.output("script_1")];
  return { accountId, scriptName, bindings: pulumi.output(list) as Deployed["bindings"] };
}

/** Verifies a Worker with these bindings, as the hook of its `Verification` does. */
async function verify(
  now: Names,
  { guard = guardOf(), step = "beforeUpdate" }: { guard?: LiveGuard; step?: Step } = {},
) {
  const [hook] = guard.verificationHooks(deployed(bindings(now)))[step] ?? [];
  const { callback, opts } = hook as pulumi.ResourceHook;
  expect(opts).toEqual({ onDryRun: true });
  await callback({ urn: "", id: "", name: "worker", type: "" });
}

/** A guard whose Worker has been uploaded in this run. */
async function uploaded(choices: Choices = {}): Promise<LiveGuard> {
  const guard = guardOf(choices);
  await run("beforeUpdate", { undeclaredSecrets: "delete" }, {}, {}, guard);
  if (number !== undefined) number += 1;
  messages = [];
  calls = [];
  return guard;
}

function guardOf(choices: Choices = {}): LiveGuard {
  return new LiveGuard(component, "worker", choices);
}

function answer(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
  switch (token) {
    case LIST: {
      // As many Workers as an account may have, and this one is the last.
      const results = [...Array(1_000).keys()].map((index) => ({ id: `other_${index}` }));
      const mine = exists ? [{ id: "script_1" }] : [];
      return { results: [...results, ...mine].slice(0, inputs.maxItems as number) };
    }
    case SERVING: {
      const serving = deployment?.map(([versionId, percentage]) => ({ versionId, percentage }));
      const before = { versions: [{ versionId: "long-gone", percentage: 100 }] };
      return { results: serving ? [{ deployments: [{ versions: serving }, before] }] : [] };
    }
    default: {
      const found = Object.entries(versions[inputs.versionId as string] ?? {});
      const id = inputs.versionId === "latest" ? "newest-id" : inputs.versionId;
      return { id, number, bindings: found.map(([name, type]) => ({ name, type })) };
    }
  }
}

beforeEach(async () => {
  exists = true;
  versions = { latest: {} };
  deployment = [["newest-id", 100]];
  number = 7;
  failures = {};
  rubbish = {};
  held = undefined;
  messages = [];
  calls = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    async call({ token, inputs }) {
      const asked = inputs as Record<string, unknown>;
      const call = [token.split(":")[2], asked.versionId].filter(Boolean).join(" ");
      calls.push(call);
      await held;
      const failure = failures[call];
      if (failure !== undefined) {
        // As gRPC's errors carry their text.
        throw Object.assign(new Error(), { details: failure });
      }
      return rubbish[call] ?? answer(call, asked);
    },
  });
  // What the engine has and the mocks have not.
  Object.assign(pulumi.runtime.getMonitor() as object, { registerResourceHook: () => undefined });
  component = new pulumi.ComponentResource("test:index:Component", "component");
  // Its registration must not end under the mocks of the next test.
  await new Promise((resolve) => component.urn.apply(resolve));
  await pulumi.runtime.disconnect();
  const record = (message: string) => {
    messages.push(message);
    return Promise.resolve();
  };
  jest.spyOn(pulumi.log, "warn").mockImplementation((message) => record(`warn: ${message}`));
  jest.spyOn(pulumi.log, "info").mockImplementation((message) => record(`info: ${message}`));
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  expect(messages.join("\n")).not.toContain(CANARY);
});

test("Pulumi's mocks have no hooks, and a program runs under them all the same", async () => {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  expect(guardOf().scriptHooks()).toEqual({});
  expect(guardOf().secretHooks()).toEqual({});
  expect(guardOf().verificationHooks(deployed())).toEqual({});
});

test("components of the same name, under different parents, have hooks of their own", () => {
  const names = [guardOf(), guardOf()].flatMap((guard) =>
    [guard.scriptHooks(), guard.secretHooks(), guard.verificationHooks(deployed())].flatMap((hooks) => [
      ...new Set(Object.values(hooks).flat().map(nameOf)),
    ]),
  );
  expect(names).toHaveLength(8);
  expect(new Set(names).size).toBe(8);
});

function nameOf(hook: unknown): string {
  return (hook as pulumi.ResourceHook).name;
}

describe("before a create", () => {
  test("the list of Workers answers, whatever its length, and no version is asked for", async () => {
    exists = false;
    await run("beforeCreate", {}, { KEY: "secret_text" });
    exists = true;
    await expect(run("beforeCreate", {}, { KEY: "secret_text" })).rejects.toThrow(/takeOver: true/);
    expect(calls).toEqual([LIST, LIST]);
    expect(messages).toEqual([]);
  });

  test("a Worker that is taken over is compared, and no error holds a value", async () => {
    versions = { latest: { KEY: "secret_text", OTHER: "secret_text" } };
    const refused = run("beforeCreate", { takeOver: true }, { KEY: "secret_text" });
    await expect(refused).rejects.toThrow(/remove them: OTHER[^]*overwrite them: KEY/);
    await expect(refused).rejects.not.toThrow(CANARY);
    expect(calls).toEqual([LIST, LIVE, SERVING]);
  });
});

describe("before an update", () => {
  const declared = { KEY: "secret_text" };

  test("two requests are enough if the newest upload gets all the traffic", async () => {
    versions = { latest: declared };
    await run("beforeUpdate", {}, declared, declared);
    expect(calls).toEqual([LIVE, SERVING]);
    expect(messages).toEqual([]);
  });

  test("a type in another case, as the official provider takes it, is the same type", async () => {
    versions = { latest: { SIGNING: "secret_key", KEPT: "secret_text" } };
    const mixed = { SIGNING: "Secret_Key", KEPT: "Inherit" };
    await run("beforeUpdate", {}, mixed, mixed);
    await verify(mixed);
    expect(messages).toEqual([]);
    versions = { latest: {} };
    await expect(run("beforeUpdate", {}, mixed, mixed)).rejects.toThrow(/KEPT is not on the Worker/);
    await fails(verify(mixed), /SIGNING: the Worker lacks it/);
  });

  test("a variable that was changed by other means is compared by value, and no error holds a value", async () => {
    const changed = { name: "LEVEL", type: "plain_text", text: "by hand", json: null };
    rubbish = { [LIVE]: { id: "newest-id", bindings: [changed] } };
    const refused = run("beforeUpdate", {}, { LEVEL: "plain_text" }, { LEVEL: "plain_text" });
    await expect(refused).rejects.toThrow(/overwrite them: LEVEL \(plain_text\)/);
    await expect(refused).rejects.not.toThrow(CANARY);
    await expect(refused).rejects.not.toThrow("by hand");
    changed.text = CANARY;
    await run("beforeUpdate", {}, { LEVEL: "plain_text" }, { LEVEL: "plain_text" });
    expect(messages).toEqual([]);
  });

  test("a version that serves after a rollback is compared too, and is named", async () => {
    versions = { latest: declared, "11111111-aaaa": { ...declared, LIVE_AGAIN: "secret_text" } };
    deployment = [["11111111-aaaa", 100]];
    await expect(run("beforeUpdate", {}, declared, declared)).rejects.toThrow(/LIVE_AGAIN \(secret_text\)/);
    expect(calls).toEqual([LIVE, SERVING, "getWorkerVersion 11111111-aaaa"]);
    expect(messages).toEqual([
      expect.stringMatching(/^warn: .* but version 11111111 \(100 %\): after a rollback/),
    ]);
  });

  test("every version of a gradual deployment is compared, also one that only a header reaches", async () => {
    deployment = [
      ["22222222-b", 100],
      ["33333333-c", 0],
    ];
    versions = { latest: declared, "22222222-b": declared };
    versions["33333333-c"] = { ...declared, BY_HEADER: "secret_text" };
    await expect(run("beforeUpdate", {}, declared, declared)).rejects.toThrow(/BY_HEADER/);
    expect(messages).toEqual([
      expect.stringMatching(/version 22222222 \(100 %\) and version 33333333 \(0 %\)/),
    ]);
  });

  test("a provider that does not list deployments is said to leave the question open", async () => {
    versions = { latest: declared };
    for (const answer of [undefined, []] as const) {
      deployment = answer && [...answer];
      rubbish = answer ? { [SERVING]: { results: [{ deployments: [] }] } } : {};
      await run("beforeUpdate", {}, declared, declared);
    }
    expect(messages).toEqual(
      Array(2).fill(expect.stringMatching(/^info: The provider does not say which version/)),
    );
  });

  test("a Worker is gone only if it is neither found nor listed", async () => {
    failures = { [LIVE]: 'GET "https://…": 404 Not Found {"errors":[{"code":10007}]}' };
    exists = false;
    await run("beforeUpdate", {}, declared, declared);
    expect(calls).toEqual([LIVE, LIST]);
    expect(messages).toEqual([
      expect.stringMatching(/^warn: The Worker "script_1" was removed by other means/),
    ]);
    exists = true;
    await expect(run("beforeUpdate", {}, declared, declared)).rejects.toThrow(
      /could not be read.*404 Not Found/,
    );
    failures[LIST] = "403 Forbidden";
    await expect(run("beforeUpdate", {}, declared, declared)).rejects.toThrow(/could not be read/);
  });
});

describe("if Cloudflare's answer cannot be had", () => {
  const UNREAD = /What is live on the Worker "script_1" could not be read/;

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
    [SERVING, {}],
    [SERVING, { results: null }],
    [SERVING, { results: [null] }],
    [SERVING, { results: [{}] }],
    [SERVING, { results: [{ deployments: [{}] }] }],
    [SERVING, { results: [{ deployments: [{ versions: [{ percentage: 100 }] }] }] }],
  ])("rubbish stops the deploy, and with unreadableWorker: warn is named: case %#", async (call, answer) => {
    rubbish = { [call]: answer };
    const now = { KEY: "secret_text", OTHER: "inherit" };
    for (const choices of [{}, { unreadableWorker: "error" }] as const) {
      await expect(run("beforeCreate", { ...choices, takeOver: true }, now)).rejects.toThrow(UNREAD);
    }
    expect(messages).toEqual([]);
    await run("beforeCreate", { unreadableWorker: "warn", takeOver: true }, now);
    expect(messages).toEqual([expect.stringMatching(UNREAD)]);
  });

  test("a failure stops the deploy and shows the ways on, and an error page is cut short", async () => {
    failures = { [LIVE]: `502 ${"<br>".repeat(10_000)}` };
    await expect(run("beforeUpdate", {}, {}, {})).rejects.toThrow(
      /remove what this program does not declare[^]*502 <br>[^]*unreadableWorker: "warn"/,
    );
    await run("beforeUpdate", { unreadableWorker: "warn" }, {}, {});
    expect(messages[0]?.length).toBeLessThan(1_000);
  });
});

test("a long wait is logged once with its reason, and a short one is not", async () => {
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
  expect(messages).toEqual([expect.stringMatching(/^info: Waiting for Cloudflare to say what is live/)]);
  release();
  await ended;
  jest.advanceTimersByTime(60_000);
  expect(messages).toHaveLength(1);
});

describe("at a preview", () => {
  const unknown = pulumi.output(pulumi.unknown);

  beforeEach(() => {
    setDryRun(true);
  });

  afterEach(() => {
    setDryRun(false);
  });

  async function preview(change: Record<string, unknown>, guard = guardOf()) {
    const [hook] = guard.scriptHooks().beforeUpdate ?? [];
    // As an import leaves them.
    const oldInputs = { accountId: ACCOUNT_ID, scriptName: "script_1" };
    const newInputs = { ...oldInputs, bindings: [], ...change };
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
  ])("what cannot be known yet is left to the deploy, case %#", async (change) => {
    versions = { latest: { KEY: "secret_text" } };
    await preview(change);
    expect(calls).toEqual([]);
  });

  test("what an upload is about to change is not verified, known or not, and what an earlier one left is", async () => {
    versions = { latest: { OLD: "secret_text" } };
    for (const change of [{ bindings: unknown }, { bindings: [{ name: "OLD", type: "inherit" }] }]) {
      const guard = guardOf();
      await preview(change, guard);
      await verify({ KEY: "secret_text" }, { guard });
    }
    await expect(verify({ KEY: "secret_text" })).rejects.toThrow(/- KEY: the Worker lacks it/);
  });

  test("a text that cannot be known yet hides nothing", async () => {
    versions = { latest: { KEY: "secret_text" } };
    for (const type of ["secret_text", "plain_text"]) {
      const bindings = [{ name: "OTHER", type, text: unknown }];
      await expect(preview({ bindings })).rejects.toThrow(/KEY \(secret_text\)/);
    }
  });
});

/** Lets the waits of a verification pass, and expects it to fail. */
async function fails(verification: Promise<void>, expected: RegExp): Promise<void> {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  const ended = expect(verification).rejects.toThrow(expected);
  for (let wait = 0; wait < 4; wait++) {
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    jest.runAllTimers();
  }
  await ended;
}

describe("after the upload", () => {
  const declared = { KEY: "secret_text", KEPT: "inherit", PLAIN: "plain_text", CACHE: "kv_namespace" };
  const asDeclared = { KEY: "secret_text", KEPT: "secret_text", PLAIN: "plain_text" };

  test("one request is enough, and a Worker that is as declared is not mentioned", async () => {
    for (const step of ["beforeCreate", "beforeUpdate"] as const) {
      versions = { latest: {} };
      const guard = await uploaded();
      versions = { latest: asDeclared };
      await verify(declared, { guard, step });
      expect(calls).toEqual([LIVE]);
    }
    expect(messages).toEqual([]);
  });

  test("without an upload in this run, what serves is compared", async () => {
    versions = { latest: asDeclared };
    await verify(declared);
    expect(calls).toEqual([LIVE, SERVING]);
    versions["44444444-d"] = { ...asDeclared, OLD: "secret_text" };
    deployment = [["44444444-d", 100]];
    versions.latest = {};
    await fails(verify(declared), /- OLD: the Worker still has it/);
    deployment = [
      ["newest-id", 50],
      ["44444444-d", 50],
    ];
    await fails(
      verify(declared),
      /- KEY: version newest-i of the Worker lacks it[^]*- OLD: version 44444444 of the Worker still has it/,
    );
  });

  test.each<[string, Names, RegExp]>([
    ["lacks a secret", { KEPT: "secret_text", PLAIN: "plain_text" }, /- KEY: the Worker lacks it/],
    ["lacks an inherited one", { KEY: "secret_text", PLAIN: "plain_text" }, /- KEPT: the Worker lacks it/],
    [
      "has a variable in place of a secret",
      { ...asDeclared, KEY: "plain_text" },
      /- KEY: the Worker lacks it/,
    ],
    [
      "still has a secret that was removed",
      { ...asDeclared, OLD: "secret_text" },
      /- OLD: the Worker still has it/,
    ],
  ])("a Worker that %s fails the deploy, and the next run", async (_, live, expected) => {
    const guard = await uploaded();
    versions = { latest: live };
    await fails(verify(declared, { guard }), expected);
    expect(calls).toEqual(Array(4).fill(LIVE));
    await fails(verify(declared), expected);
  });

  test("a difference that goes away is waited out", async () => {
    const guard = await uploaded();
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
    const verified = verify(declared, { guard });
    while (jest.getTimerCount() < 2) await new Promise(setImmediate);
    versions = { latest: asDeclared };
    jest.advanceTimersByTime(1_000);
    await verified;
    expect(calls).toEqual([LIVE, LIVE]);
  });

  test("an answer from before the upload verifies nothing", async () => {
    const guard = await uploaded();
    number = 7;
    versions = { latest: asDeclared };
    await fails(verify(declared, { guard }), /not verified.*an answer from before the upload/);
  });

  test("an answer without a number is compared", async () => {
    const guard = await uploaded();
    number = undefined;
    versions = { latest: asDeclared };
    await verify(declared, { guard });
    expect(messages).toEqual([]);
  });

  test("what cannot be read is not called verified, and is only warned of if the program says so", async () => {
    failures = { [SERVING]: "503 Service Unavailable" };
    await expect(verify(declared)).rejects.toThrow(
      /not verified.*503 Service Unavailable[^]*unreadableWorker/,
    );
    failures = {};
    const [error, warn] = [await uploaded(), await uploaded({ unreadableWorker: "warn" })];
    failures = { [LIVE]: "503 Service Unavailable" };
    await expect(verify(declared, { guard: error })).rejects.toThrow(/not verified.*503 Service Unavailable/);
    await verify(declared, { guard: warn });
    expect(messages).toEqual([
      expect.stringMatching(/^warn: .* was not compared. .*503 Service Unavailable/),
    ]);
  });

  test("a Worker that is gone is named, even if nothing is declared", async () => {
    failures = { [LIVE]: "404 Not Found" };
    exists = false;
    await fails(verify({}), /"script_1" is gone/);
  });

  test("an import leaves nothing to compare", async () => {
    versions = { latest: asDeclared };
    const [hook] = guardOf().verificationHooks(deployed()).beforeCreate ?? [];
    await (hook as pulumi.ResourceHook).callback({ urn: "", id: "", name: "", type: "" });
    expect(calls).toEqual([]);
  });

  test("another upload during the deploy is named", async () => {
    for (const [step, others] of [
      ["one", 0],
      ["two", 1],
    ] as const) {
      number = 7;
      versions = { latest: {} };
      const guard = await uploaded();
      number += others;
      await verify({}, { guard });
      expect([step, messages.length]).toEqual([step, others]);
    }
    expect(messages).toEqual([expect.stringMatching(/^warn: .* uploaded 2 times during this deploy/)]);
  });
});

test("a secret that is absent although the stack has it was removed before a refresh", async () => {
  const guard = guardOf();
  versions = { latest: { LIVE: "secret_text" } };
  const now = { NEW: "secret_text", GONE: "secret_text", LIVE: "secret_text" };
  await run("beforeUpdate", {}, now, { LIVE: "secret_text" }, guard);
  const [hook] = guard.secretHooks().beforeCreate ?? [];
  const { callback, opts } = hook as pulumi.ResourceHook;
  expect(opts).toEqual({ onDryRun: true });
  await callback({ urn: "", id: "", name: "worker/NEW", type: "" });
  for (const binding of ["NEW", "GONE", "LIVE"]) {
    await guard.secretRegistered(`worker/${binding}`, binding);
  }
  expect(messages).toEqual([expect.stringMatching(/^info: GONE was removed from the Worker by other means/)]);
});
