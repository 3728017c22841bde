export type { SecretList } from "../component/contract/secret-list";
export type {
  AwsSecretOptions,
  GcpSecretOptions,
  VaultSecretOptions,
} from "../component/contract/source-options";
export { awsSecret } from "./aws-secret";
export { type ConfigSecretOptions, configSecret } from "./config-secret";
export { gcpSecret } from "./gcp-secret";
export { readSecrets } from "./read-secrets";
export { vaultSecret } from "./vault-secret";
