import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "../../../component";
import { inventory } from "../../../component/worker-script/inventory";
import type { Difference } from "../../../component/worker-script/recorded";
import { ACCOUNT_ID, CANARY, runStack } from "../../support/mock-stack";

const AS_DECLARED = { names: [], kept: [] };

async function inventoryOf(
  args: Partial<WorkerScriptArgs>,
  difference: Difference = AS_DECLARED,
): Promise<unknown> {
  const all = { accountId: ACCOUNT_ID, name: "script_1", content: "x", ...args };
  const { outputs } = await runStack(() => ({ inventory: inventory(all, difference) }));
  return outputs.inventory;
}

test("it names every secret with its source and maxAge, and no value", async () => {
  const found = await inventoryOf({
    secretTextBindings: [
      { name: "API_KEY", text: CANARY, previous: CANARY, source: "config:api-key", maxAge: 90 },
      {
        ...{ name: "VAULTED", text: pulumi.secret(CANARY), previous: CANARY, source: "op://vault/item" },
        ...{
          version: { id: "8", created: "2026-01-02T00:00:00.000Z", by: "ada" },
          previousVersion: { id: "7" },
        },
      },
      { name: "BARE", text: Promise.resolve(CANARY) },
    ],
    secretsStoreBindings: [
      { name: "STORED", storeId: "s1", secretName: "stored", previous: "stored_PREVIOUS" },
    ],
    inheritedSecrets: ["ELSEWHERE"],
    plainTextBindings: [{ name: "LOG_LEVEL", text: "info" }],
    bindings: [
      { type: "kv_namespace", name: "CACHE", namespaceId: "kv" },
      { type: "Secret_Key", name: "SIGNING", algorithm: '"HMAC"', format: "raw", keyBase64: CANARY },
      { type: "secrets_store_secret", name: "SHARED", storeId: pulumi.output("s1"), secretName: "shared" },
    ],
  });
  expect(found).toEqual([
    { name: "API_KEY", type: "secret_text", source: "config:api-key", maxAge: 90 },
    { name: "API_KEY_PREVIOUS", type: "secret_text", source: "config:api-key-previous", maxAge: 90 },
    {
      ...{ name: "VAULTED", type: "secret_text", source: "op://vault/item" },
      version: { id: "8", created: "2026-01-02T00:00:00.000Z", by: "ada" },
    },
    { name: "VAULTED_PREVIOUS", type: "secret_text", source: "op://vault/item", version: { id: "7" } },
    { name: "BARE", type: "secret_text" },
    { name: "STORED", type: "secrets_store_secret", source: "secrets-store:s1/stored" },
    { name: "STORED_PREVIOUS", type: "secrets_store_secret", source: "secrets-store:s1/stored_PREVIOUS" },
    { name: "ELSEWHERE", type: "inherit" },
    { name: "SIGNING", type: "secret_key" },
    { name: "SHARED", type: "secrets_store_secret", source: "secrets-store:s1/shared" },
  ]);
});

test("what an option keeps as it is stands in it as it is deployed", async () => {
  const kept = [
    { name: "ROTATED", type: "secret_text", text: CANARY },
    { name: "REMOVED", type: "secret_text", text: CANARY },
  ];
  const found = await inventoryOf(
    {
      secretTextBindings: ["SAME", "ROTATED", "NEW"].map((name) => ({
        name,
        text: CANARY,
        source: "config:x",
      })),
    },
    { names: ["ROTATED", "NEW", "REMOVED"], kept },
  );
  expect(found).toEqual([
    { name: "SAME", type: "secret_text", source: "config:x" },
    { name: "ROTATED", type: "secret_text" },
    { name: "REMOVED", type: "secret_text" },
  ]);
});

test("it is empty for a Worker without secrets", async () => {
  expect(await inventoryOf({ plainTextBindings: [{ name: "LOG_LEVEL", text: "info" }] })).toEqual([]);
});

test("the secret values do not make it secret: the audit reads it without a passphrase", async () => {
  let secret = true;
  await runStack(() => {
    const args: WorkerScriptArgs = {
      accountId: ACCOUNT_ID,
      name: "script_1",
      content: "x",
      secretTextBindings: [{ name: "API_KEY", text: pulumi.secret(CANARY) }],
      bindings: [{ type: "secret_key", name: "SIGNING", keyBase64: pulumi.secret(CANARY) }],
    };
    const found = inventory(args, AS_DECLARED);
    return { done: pulumi.output(pulumi.isSecret(found)).apply((is) => (secret = is)) };
  });
  expect(secret).toBe(false);
});
