export type { SecretList } from "../component/contract/secret-list";
export { type AwsSecretOptions, awsSecret } from "./aws-secret";
export { type ConfigSecretOptions, configSecret } from "./config-secret";
export { readSecrets } from "./read-secrets";
export { type GcpSecretOptions, gcpSecret } from "./gcp-secret";
export { type VaultSecretOptions, vaultSecret } from "./vault-secret";
