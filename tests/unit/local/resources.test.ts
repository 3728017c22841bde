import { type Collection, collectionRoutes } from "../../../local/api/collection";
import { d1Databases } from "../../../local/api/collections";
import type { Context } from "../../../local/api/context";
import { failure } from "../../../local/api/envelope";
import { MemoryKvValues } from "../../../local/api/kv-values";
import { queueConsumers, queues } from "../../../local/api/queues";
import type { JsonObject } from "../../../kit/json";
import { Resources } from "../../../local/api/resources";
import { secretsStores, storeSecrets } from "../../../local/api/secrets-store";

const CANARY = "canary-51c0b3d2";
const pair = (value: string, expiration?: number) => ({
  value: Buffer.from(value),
  metadata: undefined,
  expiration,
});

/** The routes of one kind on their own, in an account `a` with one Worker, that exports queue(). */
function serve<T extends JsonObject>(kind: Collection<T>, resources = new Resources()) {
  const version = { bindings: [{ type: "queue", queue_name: "q1" }], exports: { handlers: ["queue"] } };
  const worker = { name: "w", deployments: [{ version }] };
  const store = { list: () => [worker], get: () => worker };
  const app = collectionRoutes({ store, resources } as unknown as Context, kind).onError((error) =>
    failure(error),
  );
  return async (method: string, path: string, body?: unknown) => {
    const response = await app.request(
      `/accounts/a${path}`,
      body === undefined ? { method } : { method, body: JSON.stringify(body) },
    );
    const text = await response.text();
    expect(text).not.toContain(CANARY);
    return JSON.parse(text) as { result: unknown; result_info: object; errors: { code: number }[] };
  };
}

it("a list has pages, and selects by name", async () => {
  const request = serve(d1Databases);
  for (const name of ["one", "two", "three"]) await request("POST", "/d1/database", { name });
  const names = async (query: string) => {
    const { result, result_info } = await request("GET", `/d1/database${query}`);
    return { names: (result as { name: string }[]).map(({ name }) => name), ...result_info };
  };
  expect(await names("?page=2&per_page=2")).toMatchObject({
    names: ["three"],
    total_count: 3,
    total_pages: 2,
  });
  expect(await names("?page=3&per_page=2")).toMatchObject({ names: [], count: 0 });
  expect((await names("?name=two")).names).toEqual(["two"]);
  const mode = { read_replication: { mode: "auto" } };
  expect((await request("PUT", "/d1/database/two", mode)).result).toMatchObject({ name: "two", ...mode });
  expect((await request("DELETE", "/d1/database/none")).errors[0]?.code).toBe(7404);
});

it("a queue names its consumer and the Workers that send to it, and its consumer ends with it", async () => {
  const resources = new Resources();
  const request = serve(queues, resources);
  const consume = serve(queueConsumers, resources);
  const { queue_id: id } = (await request("POST", "/queues", { queue_name: "q1" })).result as {
    queue_id: string;
  };
  await consume("POST", `/queues/${id}/consumers`, { type: "worker", script_name: "w" });
  expect((await request("GET", `/queues/${id}`)).result).toMatchObject({
    producers: [{ script: "w", type: "worker" }],
    consumers: [{ script: "w", script_name: "w", queue_name: "q1" }],
  });
  const changed = await request("PATCH", `/queues/${id}`, { settings: { delivery_paused: true } });
  expect(changed.result).toMatchObject({ queue_name: "q1", settings: { delivery_paused: true } });
  expect(resources.findQueue("a", "q1")?.queue_id).toBe(id);
  await request("DELETE", `/queues/${id}`);
  expect(resources.queueConsumers.list(`a/${id}`)).toEqual([]);
  expect((await consume("GET", `/queues/${id}/consumers`)).errors[0]?.code).toBe(11000);
});

it("the value of a store's secret is for its binding only, and is forgotten with the secret", async () => {
  const resources = new Resources();
  const stores = serve(secretsStores, resources);
  const { id } = (await stores("POST", "/secrets_store/stores", { name: "s" })).result as { id: string };
  const secrets = serve(storeSecrets, resources);
  const path = `/secrets_store/stores/${id}/secrets`;
  const sent = { name: "KEY", value: CANARY, scopes: ["workers", "access"], comment: "why" };
  const { result } = await secrets("POST", path, [sent]);
  const [made] = result as { id: string; scopes: string[] }[];
  expect(made?.scopes).toEqual(["access", "workers"]);
  expect(resources.secretValue("a", id, "KEY")).toBe(CANARY);
  expect(resources.secretValue("b", id, "KEY")).toBeUndefined();

  expect((await secrets("POST", path, [{ ...sent, value: "other" }])).errors[0]?.code).toBe(1003);
  expect(resources.secretValue("a", id, "KEY")).toBe(CANARY);
  const patched = await secrets("PATCH", `${path}/${made?.id ?? ""}`, { comment: null });
  expect(patched.result).toMatchObject({ name: "KEY", comment: "", status: "active" });
  expect(resources.secretValue("a", id, "KEY")).toBe(CANARY);
  await secrets("DELETE", `${path}/${made?.id ?? ""}`);
  expect(resources.secretValue("a", id, "KEY")).toBeUndefined();
});

it("pairs are listed in order, expire, and end with their namespace", async () => {
  const values = new MemoryKvValues();
  await values.put("n", "b", pair("2"));
  await values.put("n", "a", pair("1", Date.now() / 1000 + 60));
  await values.put("n", "old", pair("0", 1));
  expect((await values.list("n", "")).map(([key]) => key)).toEqual(["a", "b"]);
  expect(await values.get("n", "old")).toBeUndefined();
  expect((await values.get("n", "b"))?.value.toString()).toBe("2");
  await values.delete("n", "b");
  await values.clear("n");
  expect(await values.list("n", "")).toEqual([]);
});
