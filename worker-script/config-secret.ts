import * as pulumi from "@pulumi/pulumi";
import type { SecretTextBinding } from "./args";

/**
 * A secret of the stack's config, as part of a binding: its value, its previous value while it is being rotated, and
 * where it comes from.
 *
 * @example
 * secretTextBindings: [{ name: "API_KEY", ...configSecret("api-key") }]
 *
 * @param key the config key; `pulumi config set --secret <key>` sets it and `npm run rotate -- <key>` rotates it
 * @param config the config that has the key. Default: the project's
 * @throws pulumi.ConfigMissingError where the stack has no such key: Pulumi's message says how to set it
 */
export function configSecret(
  key: string,
  config = new pulumi.Config(),
): Pick<SecretTextBinding, "text" | "previous" | "source"> {
  return {
    text: config.requireSecret(key),
    previous: config.getSecret(previousKey(key)),
    source: `config:${config.name === pulumi.getProject() ? key : `${config.name}:${key}`}`,
  };
}

/** The config key of the value that a rotation has replaced. */
export function previousKey(key: string): string {
  return `${key}-previous`;
}
