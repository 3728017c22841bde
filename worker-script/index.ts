export { DEFAULT_COMPATIBILITY_DATE } from "./args";
export type { PlainTextBinding, SecretTextBinding, WorkerScriptArgs } from "./args";
export { configSecret } from "./config-secret";
export { WorkerScript } from "./worker-script";
