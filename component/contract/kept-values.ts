import * as pulumi from "@pulumi/pulumi";
import { SECRET_VALUES, SECRET_VALUES_KEY } from "./kept-values-setting";

const KEY = `${SECRET_VALUES_KEY.namespace}:${SECRET_VALUES_KEY.name}`;

/**
 * Whether this run deploys without values: what the Workers have under the names in `secretTextBindings` stays. The stack
 * says so with `cloudflare-worker-secrets:secretValues: keep` in its config. The default, `send`, uploads the values.
 *
 * @throws pulumi.RunError if the setting is neither of the two
 */
export function keepsValues(): boolean {
  const override = process.env[SECRET_VALUES] || undefined;
  const setting =
    override ?? new pulumi.Config(SECRET_VALUES_KEY.namespace).get(SECRET_VALUES_KEY.name) ?? "send";
  if (setting !== "send" && setting !== "keep") {
    const place = override === undefined ? KEY : `the environment variable ${SECRET_VALUES}`;
    throw new pulumi.RunError(
      `${place}: expected send or keep. To deploy without values: pulumi config set ${KEY} keep`,
    );
  }
  return setting === "keep";
}
