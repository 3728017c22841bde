import { type Collection, collectionRoutes } from "../../../local/api/collection";
import { d1Databases } from "../../../local/api/collections";
import type { Context } from "../../../local/api/context";
import { failure } from "../../../local/api/envelope";
import type { JsonObject } from "../../../kit/json";
import { Kept } from "../../../local/api/kept";
import { Resources } from "../../../local/api/resources";
import { secretsStores, storeSecrets } from "../../../local/api/secrets-store";

const CANARY = "canary-51c0b3d2";

/** The routes of one kind on their own, in an account `a`. */
function serve<T extends JsonObject>(kind: Collection<T>, resources = new Resources(Kept.open(undefined))) {
  const app = collectionRoutes({ resources } as unknown as Context, kind).onError((error) => failure(error));
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

it("the value of a store's secret is for its binding only, and is forgotten with the secret", async () => {
  const resources = new Resources(Kept.open(undefined));
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
