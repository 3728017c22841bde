import * as pulumi from "@pulumi/pulumi";
import { bundle } from "../../bundle";
import { type EnvOf, WorkerScript } from "../../component";
import { configSecret } from "../../secrets";

const bindings = {
  secretTextBindings: [
    { name: "WRITE_TOKEN", ...configSecret("write-token") },
    { name: "READ_TOKEN", ...configSecret("read-token") },
  ],
  bindings: [{ type: "durable_object_namespace", name: "HISTORIES", className: "History" }],
} as const;

export type Env = EnvOf<typeof bindings>;

const worker = new WorkerScript("checksums", {
  accountId: new pulumi.Config().require("accountId"),
  name: `${pulumi.getProject()}-${pulumi.getStack()}`,
  ...bundle("src/index.ts", { nodejs: true }),
  compatibilityFlags: ["nodejs_compat"],
  migrations: { newTag: "v1", newSqliteClasses: ["History"] },
  ...bindings,
  workersDev: true,
});

export const scriptName = worker.name;
