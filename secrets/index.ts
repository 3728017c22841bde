export type { SecretList } from "../component/contract/secret-list";
export { configSecret } from "./config-secret";
export { readSecrets } from "./read-secrets";
