import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { bundle } from "../../bundle";
import { type EnvOf, WorkerScript } from "../../component";
import { configSecret } from "../../secrets";

const accountId = new pulumi.Config().require("accountId");
const name = `${pulumi.getProject()}-${pulumi.getStack()}`;

const store = new cloudflare.WorkersKvNamespace("store", { accountId, title: `${name}-store` });
const queue = new cloudflare.Queue("queue", { accountId, queueName: `${name}-queue` });

const warehouseBindings = {
  secretTextBindings: [{ name: "RECEIPT_KEY", ...configSecret("receipt-key") }],
  bindings: [{ type: "kv_namespace", name: "STORE", namespaceId: store.id }],
} as const;

export type WarehouseEnv = EnvOf<typeof warehouseBindings>;

const warehouse = new WorkerScript("warehouse", {
  accountId,
  name: `${name}-warehouse`,
  ...bundle("src/warehouse/index.ts", { nodejs: true }),
  compatibilityFlags: ["nodejs_compat"],
  ...warehouseBindings,
});

new cloudflare.QueueConsumer("consumer", {
  accountId,
  queueId: queue.queueId,
  type: "worker",
  scriptName: warehouse.name,
  settings: { batchSize: 10, maxWaitTimeMs: 1000 },
});

new cloudflare.WorkersCronTrigger("nightly", {
  accountId,
  scriptName: warehouse.name,
  schedules: [{ cron: "0 3 * * *" }],
});

const shopBindings = {
  secretTextBindings: [{ name: "ORDER_KEY", ...configSecret("order-key") }],
  bindings: [
    { type: "queue", name: "QUEUE", queueName: queue.queueName },
    { type: "service", name: "WAREHOUSE", service: warehouse.name, entrypoint: "Warehouse" },
  ],
} as const;

export type ShopEnv = EnvOf<typeof shopBindings>;

const shop = new WorkerScript("shop", {
  accountId,
  name: `${name}-shop`,
  ...bundle("src/shop/index.ts", { nodejs: true }),
  compatibilityFlags: ["nodejs_compat"],
  ...shopBindings,
  workersDev: true,
});

export const shopName = shop.name;
export const warehouseName = warehouse.name;
