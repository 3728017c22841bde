export { DEFAULT_COMPATIBILITY_DATE } from "./worker-script/args";
export type { PlainTextBinding, SecretTextBinding, WorkerScriptArgs } from "./worker-script/args";
export type { WorkerModule } from "./worker-script/modules";
export { WorkerScript } from "./worker-script/worker-script";
