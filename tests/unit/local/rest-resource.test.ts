import type { Api } from "../../../local/provider/api";
import { kindOf } from "../../../local/provider/kinds";

const kind = (name: string) => kindOf({ getType: () => `cloudflare:index/${name}` });
const SECRET = kind("secretsStoreSecret:SecretsStoreSecret");
const STORE = kind("secretsStore:SecretsStore");
const PAIR = kind("workersKv:WorkersKv");
const ROUTE = kind("workersRoute:WorkersRoute");
const secret = { accountId: "a", storeId: "s", name: "KEY", scopes: ["workers"], value: "one" };

/** Records each request, and answers all of them with `result`. */
function fakeApi(result: unknown = {}) {
  const send = jest.fn((...request: unknown[]) => Promise.resolve(request.length > 0 ? result : undefined));
  return { api: { send } as unknown as Api, sent: () => send.mock.calls };
}

it("a patch has what changed, and null for what the program no longer has", async () => {
  const { api, sent } = fakeApi();
  await SECRET.update(api, secret, "i", { ...secret, comment: "old", value: "zero" });
  expect(sent()[0]?.slice(0, 3)).toEqual([
    "patch",
    "/accounts/a/secrets_store/stores/s/secrets/i",
    { value: "one", comment: null },
  ]);
});

it("an input that is null is not sent", async () => {
  const { api, sent } = fakeApi({ id: "r" });
  const made = await ROUTE.create(api, { zoneId: "z", pattern: "a.b/*", script: null });
  expect(made.id).toBe("r");
  expect(sent()[0]?.[2]).toEqual({ pattern: "a.b/*" });
});

it("the expiration of a pair and the force of a store's deletion are in the query", async () => {
  const { api, sent } = fakeApi();
  const pair = { accountId: "a", namespaceId: "n", keyName: "k", value: "v", expirationTtl: 60 };
  await PAIR.create(api, pair);
  await STORE.delete(api, { accountId: "a", name: "s", force: true }, "i");
  await STORE.delete(api, { accountId: "a", name: "s" }, "i");
  const queries = sent().map(([, , , settings]) => (settings as { query: object }).query);
  expect(queries).toEqual([{ expiration_ttl: 60 }, { force: true }, {}]);
});

it("a change that the API does not know makes no request", async () => {
  const { api, sent } = fakeApi();
  const inputs = { accountId: "a", name: "s", force: true };
  expect(await STORE.update(api, inputs, "i", { created: "then" })).toEqual({ ...inputs, created: "then" });
  expect(sent()).toEqual([]);
});

it("a resource without an import id cannot be imported", async () => {
  const consumer = kind("queueConsumer:QueueConsumer");
  await expect(consumer.read(fakeApi().api, "a/q/c", {}, {})).rejects.toThrow("does not support import");
});

it("an import has all inputs that the API returns, and a refresh those of the program", async () => {
  const live = { id: "n", title: "new", jurisdiction: "eu", supports_url_encoding: true };
  const namespace = kind("workersKvNamespace:WorkersKvNamespace");
  const { api } = fakeApi(live);
  const inputs = { accountId: "a", title: "new", jurisdiction: "eu" };
  expect(await namespace.read(api, "a/n", {}, {})).toEqual({
    id: "n",
    inputs,
    outputs: { ...inputs, supportsUrlEncoding: true },
  });
  const state = { accountId: "a", title: "old" };
  expect((await namespace.read(api, "n", state, state))?.inputs).toEqual({ accountId: "a", title: "new" });
});
