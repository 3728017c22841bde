export type { SecretList } from "../component/contract/secret-list";
export type { AwsSecretOptions, GcpSecretOptions } from "../component/contract/source-options";
export { awsSecret } from "./aws-secret";
export { configSecret } from "./config-secret";
export { gcpSecret } from "./gcp-secret";
export { readSecrets } from "./read-secrets";
