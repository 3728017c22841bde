import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { bundle } from "../../bundle";
import { type EnvOf, WorkerScript } from "../../component";
import { configSecret } from "../../secrets";

const accountId = new pulumi.Config().require("accountId");
const name = `${pulumi.getProject()}-${pulumi.getStack()}`;

const cache = new cloudflare.WorkersKvNamespace("cache", { accountId, title: `${name}-cache` });
const database = new cloudflare.D1Database("database", { accountId, name });

const bindings = {
  secretTextBindings: [
    { name: "WRITE_TOKEN", ...configSecret("write-token") },
    { name: "LINK_KEY", ...configSecret("link-key") },
  ],
  bindings: [
    { type: "kv_namespace", name: "CACHE", namespaceId: cache.id },
    { type: "d1", name: "DB", databaseId: database.id },
  ],
} as const;

export type Env = EnvOf<typeof bindings>;

const worker = new WorkerScript("notes", {
  accountId,
  name,
  ...bundle("src/index.ts"),
  ...bindings,
  workersDev: true,
});

export const scriptName = worker.name;
