import "../../../kit/lazy-closures";
import assert from "node:assert/strict";
import { test } from "node:test";
import * as cloudflare from "@pulumi/cloudflare";
import { ZONE } from "../../support/every-resource";
import { ACCOUNT, CANARY, withStack } from "../../support/provider-stack";

const accountId = ACCOUNT;
const none = null as never;
const WRONG: readonly (readonly [refusals: readonly string[], declare: () => unknown])[] = [
  [
    ["name is required", "storageClass must be one of Standard, InfrequentAccess"],
    () => new cloudflare.R2Bucket("r", { accountId, name: none, storageClass: "Cheap" }),
  ],
  [
    ["title is required", "jurisdiction must be one of eu, fedramp, us"],
    () => new cloudflare.WorkersKvNamespace("r", { accountId, title: none, jurisdiction: "moon" }),
  ],
  [
    ["keyName is required", "metadata must be JSON text"],
    () =>
      new cloudflare.WorkersKv("r", {
        accountId,
        namespaceId: "n",
        keyName: none,
        value: "",
        metadata: "{",
      }),
  ],
  [
    ["accountId is required", "readReplication.mode is required"],
    () => new cloudflare.D1Database("r", { accountId: none, name: "d", readReplication: { mode: none } }),
  ],
  [["queueName is required"], () => new cloudflare.Queue("r", { accountId, queueName: none })],
  [
    ["queueId is required", "type must be one of worker, http_pull, notification"],
    () => new cloudflare.QueueConsumer("r", { accountId, queueId: none, type: "pull" }),
  ],
  [
    ["scriptName is required", "schedules[0].cron is required"],
    () =>
      new cloudflare.WorkersCronTrigger("r", { accountId, scriptName: none, schedules: [{ cron: none }] }),
  ],
  [["pattern is required"], () => new cloudflare.WorkersRoute("r", { zoneId: ZONE, pattern: none })],
  [
    ["hostname is required", "service is required"],
    () => new cloudflare.WorkersCustomDomain("r", { accountId, hostname: none, service: none }),
  ],
  [["name is required"], () => new cloudflare.SecretsStore("r", { accountId, name: none })],
  [
    ["storeId is required", "scopes is required"],
    () =>
      new cloudflare.SecretsStoreSecret("r", {
        accountId,
        storeId: none,
        name: "K",
        scopes: none,
        value: CANARY,
      }),
  ],
];

void test("inputs that the official provider refuses are refused in a preview, all of a resource at once", () =>
  withStack(async (harness) => {
    for (const [refusals, declare] of WRONG) {
      const before = harness.output().length;
      harness.program = () => {
        declare();
        return Promise.resolve({});
      };
      await assert.rejects(harness.stack.preview());
      const output = harness.output().slice(before);
      for (const refusal of refusals) assert.ok(output.includes(refusal), `${refusal}: ${output}`);
    }
    assert.deepEqual(harness.takeRequests(), []);
    assert.ok(!harness.output().includes(CANARY));
  }));

void test("a name that is taken on Cloudflare is refused, with the code and message of the API", () =>
  withStack(async (harness) => {
    harness.program = () => {
      new cloudflare.WorkersKvNamespace("namespace", { accountId, title: "same" });
      return Promise.resolve({});
    };
    await harness.request("POST", "/storage/kv/namespaces", { title: "same" });
    await assert.rejects(harness.stack.up());
    assert.match(harness.output(), /POST ".*\/storage\/kv\/namespaces": 400 Bad Request .*10014/);
  }));

void test("a Secrets Store's secret is masked in an answer that quotes the request", () =>
  withStack(async (harness) => {
    harness.program = () => {
      new cloudflare.SecretsStoreSecret("secret", {
        accountId: ACCOUNT,
        storeId: "0".repeat(32),
        name: "API_KEY",
        scopes: ["workers"],
        value: CANARY,
      });
      return Promise.resolve({});
    };
    harness.fault = () =>
      Response.json({ errors: [{ code: 1001, message: `bad value ${CANARY}` }] }, { status: 400 });
    await assert.rejects(harness.stack.up());
    assert.match(harness.output(), /bad value \[secret\]/);
    assert.ok(!harness.output().includes(CANARY));
  }));
