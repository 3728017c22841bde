import { strict as assert } from "node:assert";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { SecretsStore, type SecretsStoreBinding, type StoreSecret, WorkerScript } from "../../../component";
import { filesWith } from "../../support/live-stack";
import { ACCOUNT_ID as accountId, type Program, secretLines, startWorld } from "../../support/world";

const CANARY = "canary-2c7be9";

/** Answers with the values of its bindings to the Secrets Store. */
const ECHO = `export default { fetch: async (_, env) => Response.json(Object.fromEntries(await Promise.all(
  Object.entries(env).map(async ([name, secret]) => [name, await secret.get()])))) };`;

/** A store and two Workers that are bound to its first secret. */
function program(secrets: readonly StoreSecret[], others: readonly SecretsStoreBinding[] = []): Program {
  return () => {
    const store = new SecretsStore("shared", { accountId, secrets });
    const bound = secrets.slice(0, 1).map(({ name }) => ({ name: "API_KEY", ...store.secret(name) }));
    for (const name of ["one", "two"]) {
      const secretsStoreBindings = [
        ...bound,
        ...others.map((other) => ({ ...other, storeId: store.storeId })),
      ];
      new WorkerScript(name, { accountId, name, content: ECHO, secretsStoreBindings });
    }
    return { storeId: store.storeId };
  };
}

const secret = (text: string, more: Partial<StoreSecret> = {}): StoreSecret => ({
  name: "api-key",
  text: `${CANARY}-${text}`,
  ...more,
});

/** Answers the creation of a secret as Cloudflare does, which has it pending for a while. */
async function pendingAtFirst(request: Request): Promise<Response | undefined> {
  const isCreation = request.method === "POST" && /\/secrets$/.test(request.url);
  if (!isCreation || request.headers.has("x-asked")) return undefined;
  const headers = new Headers([...request.headers, ["x-asked", "yes"]]);
  const response = await fetch(request.url, { method: "POST", headers, body: await request.text() });
  const { result, ...envelope } = (await response.json()) as { result: object[] };
  return Response.json({ ...envelope, result: result.map((made) => ({ ...made, status: "pending" })) });
}

function uploads(requests: readonly string[]): string[] {
  return requests.filter((line) => /^(PUT|POST|PATCH|DELETE) /.test(line));
}

test("two Workers share a secret: a new value reaches both without a deploy, and a rotation brings the previous one", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const ask = () => Promise.all(["one", "two"].map((name) => world.ask(name)));
  const both = (values: Record<string, string>) => [values, values];
  let output = "";
  const run = async (operation: "preview" | "up", secrets: readonly StoreSecret[]) => {
    const printed = await stack[operation](program(secrets));
    output += printed;
    return printed;
  };

  assert.deepEqual(secretLines(await run("preview", [secret("1")])), ["+ shared/api-key"]);
  await run("up", [secret("1", { scopes: ["workers", "access"], comment: "for a test" })]);
  assert.deepEqual(await ask(), both({ API_KEY: `${CANARY}-1` }));

  world.takeRequests();
  assert.deepEqual(secretLines(await run("preview", [secret("2")])), ["~ shared/api-key"]);
  assert.deepEqual(uploads(world.takeRequests()), []);
  await run("up", [secret("2")]);
  assert.deepEqual(uploads(world.takeRequests()).length, 1, "only the secret is sent");
  assert.deepEqual(await ask(), both({ API_KEY: `${CANARY}-2` }));

  assert.match(await run("up", [secret("2")]), /unchanged/);
  assert.deepEqual(uploads(world.takeRequests()), []);

  assert.deepEqual(secretLines(await run("up", [secret("3", { previous: `${CANARY}-2` })])), [
    "+ shared/api-key_PREVIOUS",
    "~ shared/api-key",
  ]);
  assert.deepEqual(await ask(), both({ API_KEY: `${CANARY}-3`, API_KEY_PREVIOUS: `${CANARY}-2` }));
  assert.deepEqual(secretLines(await run("up", [secret("3")])), ["- shared/api-key_PREVIOUS"]);
  assert.deepEqual(await ask(), both({ API_KEY: `${CANARY}-3` }));

  output += await stack.destroy();
  assert.deepEqual((await world.send("GET", "/secrets_store/stores")).result, []);
  assert.ok(!output.includes(CANARY), "a secret is in the output");
  assert.deepEqual(await filesWith(CANARY, world.folder), []);
});

test("the account's store is used, its other secrets are bound and left alone, and one is taken over by its id", async (t) => {
  const world = await startWorld(t, { intercept: pendingAtFirst });
  const created = await world.send("POST", "/secrets_store/stores", { name: "theirs" });
  const { id } = created.result as { id: string };
  const place = `/secrets_store/stores/${id}/secrets`;
  for (const name of ["api-key", "payments"]) {
    await world.send("POST", place, [{ name, value: `${CANARY}-${name}`, scopes: ["workers"] }]);
  }
  const live = async () => (await world.send("GET", place)).result as { id: string; name: string }[];
  const theirs = { name: "PAYMENTS", storeId: "", secretName: "payments" };
  const stack = await world.openStack();

  for (const operation of ["preview", "up"] as const) {
    const refusal = await stack.failing(stack[operation](program([secret("new")], [theirs])));
    assert.match(refusal, /has a secret "api-key" that this stack did not create/);
  }
  const wrong = await stack.failing(stack.up(program([secret("new", { comment: pulumi.secret("x") })])));
  assert.match(wrong, /error: SecretsStore "shared" cannot be deployed/);
  assert.equal(wrong.split("secrets[0].comment: expected no secret").length, 2, "reported more than once");
  const { id: takeOver } = (await live()).find(({ name }) => name === "api-key") ?? { id: "" };
  let output = "";
  for (const more of [{ takeOver }, { takeOver }, {}]) {
    const printed = await stack.up(program([secret("new", more), { name: "late", text: CANARY }], [theirs]));
    output += printed;
    assert.deepEqual(await world.ask("one"), { API_KEY: `${CANARY}-new`, PAYMENTS: `${CANARY}-payments` });
  }
  assert.match(output, /Waiting for Cloudflare to make the secret "late"/);
  assert.equal((await live()).find(({ name }) => name === "api-key")?.id, takeOver);
  await stack.destroy();
  assert.deepEqual(
    (await live()).map(({ name }) => name),
    ["payments"],
  );
  assert.ok(!output.includes(CANARY), "a secret is in the output");
  assert.deepEqual(await filesWith(CANARY, world.folder), []);
});
