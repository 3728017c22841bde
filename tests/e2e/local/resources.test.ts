import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { declareAll, FIRST, SECOND, type Variant, ZONE } from "../../support/every-resource";
import { ACCOUNT, CANARY, type Harness, withStack } from "../../support/provider-stack";
import { CREATES, DELETES, KV, READS, SCRIPTS, UPDATES } from "../../support/resource-requests";

interface Exported {
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

const anonymous = (request: string) => request.replace(/[0-9a-f]{32}|[0-9a-f-]{36}/g, "<id>");

/** The requests since the last call, without those of the Worker itself. */
function requests(harness: Harness): string[] {
  return harness
    .takeRequests()
    .map(anonymous)
    .filter((request) => !/script_1(\/settings|\/content\/v2)?$/.test(request))
    .sort();
}

function deploys(harness: Harness, variant: Variant, imports?: Readonly<Record<string, string>>): void {
  harness.program = () => {
    const all = declareAll(variant, imports);
    return Promise.resolve(Object.fromEntries(Object.entries(all).map(([name, { id }]) => [name, id])));
  };
}

/** Keeps the body of each request: JSON, or the names of a form's parts. */
function bodies(harness: Harness): () => Promise<Record<string, unknown>> {
  const seen: Promise<[string, unknown]>[] = [];
  harness.fault = (request) => {
    const address = new URL(request.url).pathname.replace(`/client/v4/accounts/${ACCOUNT}`, "");
    if (request.method === "GET" || request.method === "DELETE" || address === SCRIPTS) return undefined;
    const isForm = request.headers.get("content-type")?.startsWith("multipart/form-data") === true;
    seen.push(
      request.text().then((text) => {
        const parts = [...text.matchAll(/ name=("\w+")/g)].map(([, name]) => name);
        const body: unknown = isForm ? parts.sort() : text === "" ? undefined : JSON.parse(text);
        return [anonymous(`${request.method} ${address}`), body];
      }),
    );
    return undefined;
  };
  return async () => Object.fromEntries(await Promise.all(seen.splice(0)));
}

const ids = (outputs: OutputMap) => (name: string) => String(outputs[name]?.value);

void test("each resource is created, left alone, read, changed and destroyed as by the official provider", () =>
  withStack(async (harness) => {
    const { stack } = harness;
    const sent = bodies(harness);
    deploys(harness, FIRST);
    await stack.preview();
    assert.deepEqual(requests(harness), [], "a preview makes no request");

    await stack.up();
    assert.deepEqual(await sent(), CREATES);
    harness.takeRequests();

    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 14 });
    assert.deepEqual(requests(harness), [], "a second up makes no request");

    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: 14 });
    assert.deepEqual(requests(harness), READS.toSorted());
    const { resources } = (await stack.exportStack()).deployment as { resources: Exported[] };
    const consumer = resources.find(({ type }) => type.endsWith(":QueueConsumer"));
    assert.deepEqual(consumer?.inputs?.settings, { batchSize: 5 }, "what the API fills in is no input");
    assert.deepEqual((await stack.preview()).changeSummary, { same: 14 });

    deploys(harness, SECOND);
    harness.takeRequests();
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 3, update: 11 });
    assert.deepEqual(await sent(), UPDATES);
    harness.takeRequests();
    await stack.refresh();
    assert.deepEqual((await stack.preview()).changeSummary, { same: 14 });

    harness.takeRequests();
    await stack.destroy();
    assert.deepEqual(requests(harness), DELETES.toSorted());
    assert.match(harness.output(), /Destroying this resource makes no request/);

    const state = await harness.stateFiles();
    assert.match(state, /SecretsStoreSecret/, "the state was not read");
    assert.ok(!state.includes(CANARY), "a secret is in the state");
    assert.ok(!harness.output().includes(CANARY), "a secret is in the output");
  }));

void test("each resource is imported by its documented id", () =>
  withStack(async (harness) => {
    const { stack } = harness;
    deploys(harness, FIRST);
    await stack.up();
    const id = ids(await stack.outputs());
    const account = (...rest: string[]) => [ACCOUNT, ...rest].join("/");
    await harness.forget();
    harness.takeRequests();
    // A consumer cannot be imported, and a queue has only one.
    await harness.request("DELETE", `/queues/${id("queue")}/consumers/${id("consumer")}`);
    deploys(harness, FIRST, {
      subdomain: account("script_1"),
      namespace: account(id("namespace")),
      pair: account(id("namespace"), "a%2Fb"),
      database: account(id("database")),
      bucket: account("files", "default"),
      queue: account(id("queue")),
      cron: account("script_1"),
      route: `${ZONE}/${id("route")}`,
      domain: account(id("domain")),
      store: account(id("store")),
      secret: account(id("store"), id("secret")),
    });
    await stack.up();
    const made = harness.takeRequests().map(anonymous);
    const changed = made.filter((request) => !request.startsWith("GET ") && !request.includes("/consumers"));
    // The value of a secret is not returned, so an import sends it again.
    assert.deepEqual(changed.sort(), ["PATCH /secrets_store/stores/<id>/secrets/<id>", `PUT ${SCRIPTS}`]);
    deploys(harness, FIRST);
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 14 });
    assert.ok(!(await harness.stateFiles()).includes(CANARY));
  }));

void test("what is gone from Cloudflare leaves the state, and the next up creates it again", () =>
  withStack(async (harness) => {
    const { stack } = harness;
    deploys(harness, FIRST);
    await stack.up();
    const id = ids(await stack.outputs());
    for (const path of [
      `${KV}/${id("namespace")}/values/a%2Fb`,
      `${KV}/${id("namespace")}`,
      `/d1/database/${id("database")}`,
      "/r2/buckets/files",
      `/queues/${id("queue")}`,
      `/workers/domains/${id("domain")}`,
      `/secrets_store/stores/${id("store")}?force=true`,
    ]) {
      assert.equal((await harness.request("DELETE", path)).status, 200, path);
    }
    assert.equal((await stack.refresh()).summary.resourceChanges?.delete, 9);
    assert.equal((await stack.up()).summary.resourceChanges?.create, 9);
  }));
