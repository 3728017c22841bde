import * as pulumi from "@pulumi/pulumi";
import { WorkerScript, type WorkerScriptArgs } from "../../../component";
import { ACCOUNT_ID, only, runStack, SCRIPT } from "../../support/mock-stack";

const ARGS = { accountId: ACCOUNT_ID, name: "script_1", content: "export default {}" };
const SETTINGS = {
  annotations: { workersMessage: "release", workersTag: "v1" },
  assets: { directory: "public", config: { notFoundHandling: "404-page" } },
  cacheOptions: { enabled: true },
  exports: { Admin: { type: "worker", cache: { enabled: false } } },
  keepAssets: true,
  limits: { cpuMs: 50 },
  logpush: true,
  migrations: { newTag: "v1", newSqliteClasses: ["Counter"] },
  observability: { enabled: true, logs: { enabled: true, invocationLogs: false } },
  packageDependencies: [{ name: "hono", installedVersion: "4.13.19", packageJsonVersion: "^4" }],
  tailConsumers: [{ service: "tail" }],
};

async function inputs(args: Partial<WorkerScriptArgs>) {
  const run = await runStack(() => {
    new WorkerScript("worker", { ...ARGS, ...args });
    return {};
  });
  return only(run, SCRIPT).inputs;
}

test("each setting reaches the script as it is, also as an Output", async () => {
  const bare = await inputs({});
  expect(await inputs(SETTINGS)).toEqual({ ...bare, ...SETTINGS });
  const limits = pulumi.output(Promise.resolve({ cpuMs: 10 }));
  expect(await inputs({ limits })).toEqual({ ...bare, limits: { cpuMs: 10 } });
});

test("a setting that is left out is not sent, so nothing changes for a Worker that is live", async () => {
  const unset = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, undefined]));
  expect(Object.keys(await inputs(unset)).sort()).toEqual([
    "accountId",
    "bindings",
    "compatibilityDate",
    "content",
    "keepBindings",
    "mainModule",
    "scriptName",
  ]);
});

test("what the component decides by itself cannot be set past it", async () => {
  const past = { keepBindings: ["secret_text"], scriptName: "other", files: {}, contentFile: "x" };
  expect(await inputs(past as object)).toEqual(await inputs({}));
});
