import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type EnvOf, WorkerScript } from "./component";
import { refusePublishedPassphrase } from "./published-passphrase";
import { configSecret } from "./secrets";

refusePublishedPassphrase();

const config = new pulumi.Config();

const bindings = {
  secretTextBindings: [{ name: "MY_SECRET_NAME_KEY", ...configSecret("secrets-demo") }],
} as const;

/** What script.js finds in its `env`: `npm test` checks the one against the other. */
export type Env = EnvOf<typeof bindings>;

const script = new WorkerScript("myScript", {
  accountId: config.require("accountId"),
  // Stacks share an account: unless a stack is told otherwise, it has a Worker of its own.
  name: config.get("scriptName") ?? `${pulumi.getProject()}-${pulumi.getStack()}`,
  content: fs.readFileSync(path.join(__dirname, "script.js"), "utf8"),
  ...bindings,
  workersDev: config.getBoolean("workersDev"),
  workersDevSubdomain: config.get("workersDevSubdomain"),
});

export const scriptName = script.name;
export const secretNames = script.secretNames;
// null, because Pulumi warns of an output that is undefined.
export const url = script.url.apply((address) => address ?? null);
