import * as pulumi from "@pulumi/pulumi";
import { previousKey } from "../component/contract/previous-names";
import type { SecretValue } from "../component/contract/secret-value";
import { keepsValues } from "../component/contract/kept-values";
import { printSource } from "../component/contract/source";

/**
 * Reads a secret from the stack's config, as part of a binding: its value, its previous value while it is being rotated,
 * and its source.
 *
 * @example
 * secretTextBindings: [{ name: "API_KEY", ...configSecret("api-key") }]
 *
 * @param key the config key; `pulumi config set --secret <key>` sets it and `npm run rotate -- <key>` rotates it
 * @param config the config that has the key. Default: the project's
 * @throws pulumi.ConfigMissingError if the key is not set: Pulumi's message says how to set it. In a stack that deploys
 * without values, the key is not read
 */
export function configSecret(key: string, config = new pulumi.Config()): SecretValue {
  const source = printSource({
    kind: "config",
    key: config.name === pulumi.getProject() ? key : `${config.name}:${key}`,
  });
  return keepsValues()
    ? { text: "", source }
    : { text: config.requireSecret(key), previous: config.getSecret(previousKey(key)), source };
}
