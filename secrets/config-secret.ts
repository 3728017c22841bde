import * as pulumi from "@pulumi/pulumi";
import { previousKey } from "../component/contract/previous-names";
import { joinedPath } from "../component/contract/property-path";
import type { SecretValue } from "../component/contract/secret-value";
import { keepsValues } from "../component/contract/kept-values";
import { printSource } from "../component/contract/source";
import { ConfigObject } from "./source/config-object";

export interface ConfigSecretOptions {
  /**
   * Where the text is, if the key has an object or a list: a path as `pulumi config set --path` takes it, from the key on:
   * `password`, `users[0].token`, `["a b"]`. Default: the key's value is the text.
   */
  readonly path?: string | undefined;
  /** The config that has the key. Default: the project's. */
  readonly config?: pulumi.Config | undefined;
}

/**
 * Reads a secret from the stack's config, as part of a binding: its value, its previous value while it is being rotated,
 * and its source.
 *
 * @example
 * secretTextBindings: [
 *   { name: "API_KEY", ...configSecret("api-key") },
 *   { name: "DB_PASSWORD", ...configSecret("database", { path: "password" }) },
 * ]
 *
 * @param key the config key; `pulumi config set --secret <key>` sets it and `npm run rotate -- <key>` rotates it. With a path,
 * these are `pulumi config set --path --secret <key>.<path>` and `npm run rotate -- <key>.<path>`
 * @param options a path in the key's value, and the config; or only the config
 * @throws pulumi.ConfigMissingError if the key is not set: Pulumi's message says how to set it; pulumi.RunError if the path
 * has no text. In a stack that deploys without values, the key is not read
 */
export function configSecret(key: string, options: pulumi.Config | ConfigSecretOptions = {}): SecretValue {
  const { path, config = new pulumi.Config() }: ConfigSecretOptions =
    "requireSecret" in options ? { config: options } : options;
  const namespace = config.name === pulumi.getProject() ? "" : `${config.name}:`;
  const name = `${namespace}${key}`;
  const source = printSource({ kind: "config", key: path === undefined ? name : joinedPath(name, path) });
  if (keepsValues()) return { text: "", source };
  if (path === undefined) {
    return { text: config.requireSecret(key), previous: config.getSecret(previousKey(key)), source };
  }
  const object = new ConfigObject(config, key, name);
  const previous = object.find(previousKey(path));
  return {
    text: pulumi.secret(object.require(path)),
    previous: previous === undefined ? undefined : pulumi.secret(previous),
    source,
  };
}
