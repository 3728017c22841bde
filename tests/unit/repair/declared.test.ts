import { inspect } from "node:util";
import { declaredWorkers } from "../../../commands/repair/declared";
import { ACCOUNT_ID, CANARY } from "../../support/mock-stack";

const MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const COMPONENT = "urn:pulumi:prod::p::cloudflare-worker-secrets:index:WorkerScript::mine";
const SCRIPT = "urn:pulumi:prod::p::X$cloudflare:index/workersScript:WorkersScript::mine";

/** A secret as `--show-secrets` prints it. */
function sealed(value: unknown): object {
  return { ...MARK, plaintext: JSON.stringify(value) };
}

interface Given {
  readonly inputs?: object;
  readonly script?: object;
  readonly component?: object;
  readonly pending?: unknown;
}

function state({ inputs, script, component, pending }: Given = {}): string {
  const resources = [
    { urn: COMPONENT, type: "cloudflare-worker-secrets:index:WorkerScript", ...component },
    {
      urn: SCRIPT,
      type: "cloudflare:index/workersScript:WorkersScript",
      parent: COMPONENT,
      inputs: { accountId: ACCOUNT_ID, scriptName: "shop", keepBindings: [], ...inputs },
      ...script,
    },
  ];
  return JSON.stringify({ deployment: { resources, pending_operations: pending } });
}

function only(given: Given) {
  const [worker, ...more] = declaredWorkers(state(given));
  if (worker === undefined || more.length > 0) throw new Error("There is not one Worker");
  return worker;
}

test("bindings are read from a sealed list of sealed texts, and only the function returns the value", () => {
  const bindings = sealed([
    { name: "KEY", type: "Secret_Text", text: sealed(CANARY) },
    { name: "MODE", type: "plain_text", text: sealed("on") },
    sealed({ name: "CACHE", type: "kv_namespace", namespaceId: "1" }),
    { name: "KEPT", type: "inherit" },
  ]);
  const worker = only({ inputs: { bindings, accountId: sealed(ACCOUNT_ID) } });
  expect(worker).toMatchObject({ accountId: ACCOUNT_ID, script: "shop", resource: "mine", isPending: false });
  expect(worker.bindings.map(({ name, type, text }) => [name, type, text?.()])).toEqual([
    ["KEY", "secret_text", CANARY],
    ["MODE", "plain_text", undefined],
    ["CACHE", "kv_namespace", undefined],
    ["KEPT", "inherit", undefined],
  ]);
  expect(inspect(worker, { depth: null }) + JSON.stringify(worker)).not.toContain(CANARY);
});

test("a Worker without bindings declares none", () => {
  expect(only({}).bindings).toEqual([]);
  expect(declaredWorkers('{"deployment": {"resources": null}}')).toEqual([]);
});

test("an upload keeps what keepBindings says, and without it all secrets", () => {
  expect(only({}).keeps).toEqual([]);
  expect(only({ inputs: { keepBindings: ["Secret_Key"] } }).keeps).toEqual(["secret_key"]);
  expect(only({ inputs: { keepBindings: undefined } }).keeps).toEqual(["secret_text", "secret_key"]);
});

test("a Worker that the stack only reads, or is about to delete, is not the stack's", () => {
  expect(declaredWorkers(state({ script: { external: true } }))).toEqual([]);
  expect(declaredWorkers(state({ script: { delete: true } }))).toEqual([]);
});

test("an update that is under way is seen", () => {
  const pending = [{ resource: { urn: SCRIPT }, type: "updating" }];
  expect(only({ pending }).isPending).toBe(true);
  expect(only({ pending: [{ resource: { urn: COMPONENT }, type: "updating" }] }).isPending).toBe(false);
});

test("a secret that only WorkerScript's record has is named", () => {
  const component = { outputs: { inventory: [{ name: "KEY" }, { name: "GONE" }] } };
  const bindings = [{ name: "KEY", type: "secret_text", text: CANARY }];
  expect(only({ component, inputs: { bindings } }).onlyRecorded).toEqual(["GONE"]);
  expect(only({ inputs: { bindings } }).onlyRecorded).toEqual([]);
});

test.each<[string, string]>([
  ["no JSON", `{"${CANARY}`],
  ["a secret that is not decrypted", state({ inputs: { bindings: { ...MARK, ciphertext: CANARY } } })],
  ["a secret that is no JSON", state({ inputs: { bindings: { ...MARK, plaintext: `{${CANARY}` } } })],
  ["a binding without a name", state({ inputs: { bindings: [{ type: "secret_text", text: CANARY }] } })],
  ["another list", state({ inputs: { bindings: CANARY } })],
  ["no account", state({ inputs: { accountId: undefined, scriptName: CANARY } })],
  ["operations of another form", state({ pending: [CANARY] })],
])("a state with %s is an error that quotes nothing", (_, text) => {
  let message = "";
  try {
    declaredWorkers(text);
  } catch (error) {
    message = inspect(error);
  }
  expect(message).toMatch(/^Error: (?:What Pulumi exported|The state) /);
  expect(message).not.toContain(CANARY);
});
