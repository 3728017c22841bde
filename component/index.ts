export type { SecretsStoreArgs, StoreSecret } from "./secrets-store/args";
export { SecretsStore } from "./secrets-store/secrets-store";
export { DEFAULT_COMPATIBILITY_DATE } from "./worker-script/args";
export type { PlainTextBinding, SecretTextBinding, WorkerScriptArgs } from "./worker-script/args";
export type { EnvOf } from "./worker-script/env";
export type { WorkerModule } from "./worker-script/modules";
export type { SecretsStoreBinding, StoreSecretReference } from "./worker-script/store-bindings";
export { WorkerScript } from "./worker-script/worker-script";
