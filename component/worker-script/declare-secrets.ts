import type * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { mapInputs, whenResolved } from "../inputs";
import type { Declaration } from "./kept-secrets";
import type { LiveGuard } from "./live/live-guard";
import { type Difference, keptByOption } from "./recorded";
import { type RecordedValue, Secret } from "../secret";
import { secretTexts } from "./secret-texts";

/**
 * Declares one child for each secret of a Worker. The children depend on the script, so a failed upload does not record
 * a secret as deployed.
 */
export async function declareSecrets(
  parent: pulumi.ComponentResource,
  name: string,
  args: Declaration,
  script: cloudflare.WorkersScript,
  guard: LiveGuard,
  { names, kept }: Difference,
): Promise<void> {
  const opts = { parent, dependsOn: script, hooks: guard.secretHooks() };
  const declare = (binding: string, value: RecordedValue | undefined) => {
    const resource = `${name}/${binding}`;
    new Secret(resource, value, opts).urn.apply(() => guard.secretRegistered(resource, binding));
  };
  void mapInputs(secretTexts(args), (secret) =>
    whenResolved(secret.name, (binding) => {
      if (!names.includes(binding)) {
        declare(binding, args.keepsValues ? undefined : { text: secret.text, version: secret.version?.id });
      }
    }),
  );
  for (const { name: binding, text } of kept) {
    declare(binding, text === undefined ? undefined : { text });
  }
  if (names.length > 0) {
    // Logged, not thrown: it fails the run, and the state keeps the secrets that are deployed.
    await pulumi.log.error(keptByOption(name, names), parent);
  }
}
