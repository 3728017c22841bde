export { DEFAULT_COMPATIBILITY_DATE } from "./worker-script/args";
export type { PlainTextBinding, SecretTextBinding, WorkerScriptArgs } from "./worker-script/args";
export { WorkerScript } from "./worker-script/worker-script";
