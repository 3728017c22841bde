import * as pulumi from "@pulumi/pulumi";
import { NAME, NAMESPACE, SECRET_VALUES, SECRET_VALUES_KEY } from "./kept-values-setting";

/**
 * Whether this run deploys without values: what the Workers have under the names in `secretTextBindings` stays. The stack
 * says so with `cloudflare-worker-secrets:secretValues: keep` in its config. The default, `send`, uploads the values.
 *
 * @throws pulumi.RunError if the setting is neither of the two
 */
export function keepsValues(): boolean {
  const override = process.env[SECRET_VALUES] || undefined;
  const setting = override ?? new pulumi.Config(NAMESPACE).get(NAME) ?? "send";
  if (setting !== "send" && setting !== "keep") {
    const place = override === undefined ? SECRET_VALUES_KEY : `the environment variable ${SECRET_VALUES}`;
    throw new pulumi.RunError(
      `${place}: expected send or keep. To deploy without values: pulumi config set ${SECRET_VALUES_KEY} keep`,
    );
  }
  return setting === "keep";
}
