import { inspect } from "node:util";
import type { FullResource } from "../../../commands/from-v5/state";
import { v5Workers } from "../../../commands/from-v5/workers";
import { ACCOUNT_ID, CANARY } from "../../support/mock-stack";
import { ciphertext, script, sealed, secret, v6Script } from "../../support/v5-state";

function only(...moved: FullResource[]) {
  const [worker, ...more] = v5Workers(moved, []);
  if (worker === undefined || more.length > 0) throw new Error("There is not one Worker");
  return worker;
}

const texts = ({ secrets }: ReturnType<typeof only>) => secrets.map(({ name, text }) => [name, text()]);

test.each([
  ["sealed as a whole, with sealed texts", sealed([{ name: "TOKEN", text: sealed(CANARY) }])],
  ["sealed as a whole", sealed([{ name: "TOKEN", text: CANARY }])],
  ["sealed by value", [{ name: "TOKEN", text: sealed(CANARY) }]],
  ["in clear", [{ name: "TOKEN", text: CANARY }]],
])("secrets are read from a list %s, and only the function returns the value", (_, secretTextBindings) => {
  const worker = only(script("shop", { secretTextBindings }));
  expect(texts(worker)).toEqual([["TOKEN", CANARY]]);
  expect(inspect(worker, { depth: null }) + JSON.stringify(worker)).not.toContain(CANARY);
});

test("a WorkerSecret is a secret of its Worker, whichever comes first; the Worker's own list wins", () => {
  const worker = only(secret("KEY", "shop"), secret("TOKEN", "shop"), script("shop"));
  expect(worker).toMatchObject({ script: "shop", resource: "shop-resource", accountId: ACCOUNT_ID });
  expect(texts(worker)).toEqual([
    ["TOKEN", `${CANARY} token`],
    ["KEY", `${CANARY} KEY`],
  ]);
  expect(worker.urns).toHaveLength(3);
});

test("a WorkerSecret without its script is a Worker of which v5 declared nothing else", () => {
  const worker = only(secret("KEY", "shop"));
  expect(worker).toMatchObject({ script: "shop", resource: "shop", declared: undefined });
});

test("Workers of the same name in two accounts are two", () => {
  const workers = v5Workers(
    [script("shop"), script("shop", { accountId: sealed("other") }), script("cart")],
    [],
  );
  expect(workers.map(({ accountId, script: name }) => [name, accountId])).toEqual([
    ["cart", ACCOUNT_ID],
    ["shop", ACCOUNT_ID],
    ["shop", "other"],
  ]);
});

test("a Worker with nothing but its code is one; null is as good as nothing", () => {
  const nothing = { secretTextBindings: null, module: undefined, compatibilityDate: null, placements: [] };
  expect(only(script("shop", nothing))).toMatchObject({
    secrets: [],
    declared: {
      variables: [],
      bindings: [],
      isModule: false,
      compatibilityDate: undefined,
      placement: undefined,
    },
  });
});

test("a Worker that the stack only reads is not the stack's", () => {
  expect(v5Workers([script("shop", {}, { external: true })], [])).toEqual([]);
});

test("a Worker that v6 has already is known by account and script", () => {
  const taker = v6Script("shop", { inputs: { accountId: sealed(ACCOUNT_ID), scriptName: "shop" } });
  const takenBy = (worker: FullResource, ...kept: FullResource[]) => v5Workers([worker], kept)[0]?.takenBy;
  expect(takenBy(script("shop"), v6Script("cart"), taker)).toBe(taker.urn);
  expect(takenBy(script("shop", { accountId: "other" }), taker)).toBeUndefined();
  expect(takenBy(script("shop"), { ...taker, delete: true })).toBeUndefined();
});

test.each<[string, FullResource]>([
  ["secrets that are not decrypted", script("shop", { secretTextBindings: ciphertext(CANARY) })],
  ["a secret without a name", script("shop", { secretTextBindings: sealed([{ text: CANARY }]) })],
  ["a WorkerSecret without a text", secret("KEY", "shop", { inputs: { name: CANARY } })],
])("%s is an error that quotes nothing", (_, resource) => {
  let message = "";
  try {
    v5Workers([resource], []);
  } catch (error) {
    message = inspect(error);
  }
  expect(message).toMatch(/^Error: The state /);
  expect(message).not.toContain(CANARY);
});
