import * as pulumi from "@pulumi/pulumi";
import { bundle } from "../../bundle";
import { type EnvOf, WorkerScript, type WorkerScriptArgs } from "../../component";
import { readSecrets } from "../../secrets";
import { SECRETS } from "./secret-list";

type Name = keyof typeof SECRETS;

/** What is not the same for all Workers of the team. */
const SETTINGS: Readonly<Record<Name, Partial<WorkerScriptArgs>>> = {
  cart: {},
  checkout: { observability: { enabled: true } },
  search: { workersDev: true },
};

const secrets = readSecrets(SECRETS);

/** What each Worker finds in its `env`. */
export type Env = { readonly [Worker in Name]: EnvOf<{ secretTextBindings: (typeof secrets)[Worker] }> };

const accountId = new pulumi.Config().require("accountId");

for (const worker of Object.keys(SECRETS) as Name[]) {
  new WorkerScript(worker, {
    accountId,
    name: `${pulumi.getProject()}-${pulumi.getStack()}-${worker}`,
    ...bundle(`workers/${worker}/index.ts`),
    secretTextBindings: secrets[worker],
    ...SETTINGS[worker],
  });
}
