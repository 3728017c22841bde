import * as pulumi from "@pulumi/pulumi";
import { listStores } from "../../../component/secrets-store/lookup";
import { StoreGate } from "../../../component/secrets-store/store-gate";
import { ACCOUNT_ID, CANARY } from "../../support/mock-stack";

const STORE = "89abcdef89abcdef89abcdef89abcdef";
type Step = "beforeCreate" | "afterCreate" | "afterUpdate";

/** What the store has, by name, and its status; rubbish if it is no list. */
let live: Record<string, string> | undefined;
let failure: string | undefined;
let asked: string[];
let messages: string[];
let component: pulumi.ComponentResource;
let gate: StoreGate;

const secret = (name: string, status = "active") => ({
  accountId: ACCOUNT_ID,
  storeId: STORE,
  name,
  status,
  value: pulumi.secret(CANARY),
});

async function run(step: Step, name: string, status?: string): Promise<void> {
  const [hook] = gate.secretHooks()[step] ?? [];
  const { callback, opts } = hook as pulumi.ResourceHook;
  expect(opts?.onDryRun ?? false).toBe(step === "beforeCreate");
  const properties = secret(name, status);
  await callback({
    urn: "",
    id: "",
    name: `shared/${name}`,
    type: "",
    ...(step === "beforeCreate" ? { newInputs: properties } : { newOutputs: properties }),
  });
}

beforeEach(async () => {
  live = {};
  failure = undefined;
  asked = [];
  messages = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    call({ token }) {
      asked.push(token.split(":")[2] ?? "");
      // As gRPC's errors carry their text.
      if (failure !== undefined) throw Object.assign(new Error(), { details: failure });
      if (live === undefined) return { results: [{ id: 1 }] };
      const all = Object.entries(live).map(([name, status]) => ({ id: `${name}-id`, name, status }));
      return { results: all };
    },
  });
  // What the engine has and the mocks have not.
  Object.assign(pulumi.runtime.getMonitor() as object, { registerResourceHook: () => undefined });
  component = new pulumi.ComponentResource("test:index:Component", "component");
  await new Promise((resolve) => component.urn.apply(resolve));
  await pulumi.runtime.disconnect();
  gate = new StoreGate(component, "shared", ["api-key"]);
  jest.spyOn(pulumi.log, "info").mockImplementation((message) => {
    messages.push(message);
    return Promise.resolve();
  });
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  expect(messages.join("\n")).not.toContain(CANARY);
});

test("Pulumi's mocks have no hooks, and a program runs under them all the same", async () => {
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  const mocked = new StoreGate(component, "shared", []);
  expect(mocked.secretHooks()).toEqual({});
  expect(mocked.storeHooks({ id: STORE, name: "x" })).toEqual({});
});

test("a store of the stack's own name that it did not create is not created again", () => {
  const [hook] = gate.storeHooks({ id: STORE, name: "ours" }).beforeCreate ?? [];
  const { callback, opts } = hook as pulumi.ResourceHook;
  expect(opts).toEqual({ onDryRun: true });
  expect(() => callback({ urn: "", id: "", name: "", type: "" })).toThrow(
    /a Secrets Store "ours" that this stack did not create[^]*storeId: "89abcdef[^]*aliases/,
  );
  expect(gate.storeHooks(undefined)).toEqual({});
});

describe("before a secret is created", () => {
  test("one request tells about all, and new ones are accepted", async () => {
    live = { theirs: "active" };
    await run("beforeCreate", "api-key");
    await run("beforeCreate", "other");
    expect(asked).toEqual(["getSecretsStoreSecrets"]);
  });

  test("a live one of another hand stops, with what to do", async () => {
    live = { "api-key": "active", "api-key_PREVIOUS": "active" };
    await expect(run("beforeCreate", "api-key")).rejects.toThrow(
      /secret "api-key" that this stack did not create[^]*storeId: "89ab[^]*takeOver: "api-key-id"/,
    );
    const previous = run("beforeCreate", "api-key_PREVIOUS");
    await expect(previous).rejects.toThrow(/To delete it: npx wrangler .* --secret-id api-key_PREVIOUS-id/);
    await expect(previous).rejects.not.toThrow(/takeOver/);
  });

  test("the 101st of the account stops, counting those that this run creates", async () => {
    live = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`s${index}`, "active"]));
    await run("beforeCreate", "api-key");
    await expect(run("beforeCreate", "other")).rejects.toThrow(
      /"other" does not fit .* has 99 secrets, and an account may have 100/,
    );
  });

  test("a preview that does not know the store leaves it to the deploy", async () => {
    const [hook] = gate.secretHooks().beforeCreate ?? [];
    const newInputs = { ...secret("api-key"), storeId: pulumi.output(pulumi.unknown) };
    await (hook as pulumi.ResourceHook).callback({ urn: "", id: "", name: "", type: "", newInputs });
    expect(asked).toEqual([]);
  });

  test("what cannot be read stops with the reason", async () => {
    failure = "403 Forbidden";
    await expect(run("beforeCreate", "api-key")).rejects.toThrow(
      /could not be read[^]*403 Forbidden[^]*Secrets Store Write/,
    );
    live = undefined;
    failure = undefined;
    await expect(listStores(ACCOUNT_ID, component)).rejects.toThrow(/every item has id and name/);
  });
});

describe("after a secret was sent", () => {
  test.each(["afterCreate", "afterUpdate"] as const)("an active one is not asked about: %s", async (step) => {
    await run(step, "api-key");
    expect(asked).toEqual([]);
  });

  test("a pending one is waited for, also while it is not listed", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate"] });
    const done = run("afterCreate", "api-key", "pending");
    await jest.advanceTimersByTimeAsync(1_000);
    live = { "api-key": "pending" };
    await jest.advanceTimersByTimeAsync(2_000);
    live = { "api-key": "active" };
    await jest.advanceTimersByTimeAsync(4_000);
    await done;
    expect(asked).toHaveLength(3);
    expect(messages).toEqual([expect.stringMatching(/^Waiting for Cloudflare to make the secret "api-key"/)]);
  });

  test.each([
    ["deleted", { "api-key": "deleted" }, /its status is deleted/],
    ["gone", {}, /it is not listed/],
  ])("one that is %s at the end fails what depends on it", async (_, found, expected) => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate"] });
    live = found;
    const done = expect(run("afterUpdate", "api-key", "pending")).rejects.toThrow(expected);
    await jest.advanceTimersByTimeAsync(60_000);
    await done;
  });
});
