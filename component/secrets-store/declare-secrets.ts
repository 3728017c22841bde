import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { resolveInputs } from "../inputs";
import { Secret } from "../secret";
import type { StoreSecret } from "./args";
import { declaredSecrets } from "./declared-secrets";
import type { StoreGate } from "./store-gate";

/** The declared secrets. */
export interface Stored {
  /** By name: an Output that is resolved once the store has the secret. */
  readonly names: ReadonlyMap<string, pulumi.Output<string>>;
  /** Resolved once all are recorded as deployed. */
  readonly recorded: pulumi.Output<boolean>;
}

/**
 * Declares the secrets of a store, each with a child that says in a preview which one changes.
 *
 * @param accountId resolved, and in a preview perhaps unknown
 */
export async function declareSecrets(
  parent: pulumi.ComponentResource,
  component: string,
  secrets: readonly StoreSecret[],
  { accountId, storeId }: { accountId: string; storeId: pulumi.Output<string> },
  gate: StoreGate,
): Promise<Stored> {
  const made = new Map<string, cloudflare.SecretsStoreSecret>();
  const recorded: pulumi.Output<string>[] = [];
  const hooks = gate.secretHooks();
  const takesOver = secrets.some(({ takeOver }) => takeOver !== undefined);
  const store = takesOver ? await idOf(storeId) : undefined;
  for (const {
    name,
    text,
    version,
    scopes = ["workers"],
    comment,
    takeOver,
    previousName,
  } of declaredSecrets(secrets)) {
    const resource = `${component}/${name}`;
    const previous = previousName === undefined ? undefined : made.get(previousName);
    const secret = new cloudflare.SecretsStoreSecret(
      resource,
      // The order of the scopes is significant to the provider, and Cloudflare sorts them.
      { accountId, storeId, name, value: pulumi.secret(text), scopes: scopes.toSorted(), comment },
      {
        parent,
        hooks,
        // A Worker may need the value from before once it has the new one.
        ...(previous !== undefined && { dependsOn: previous }),
        // An import that is still there at the next deploy is a replacement, which must not delete the secret.
        ...(takeOver !== undefined &&
          store !== undefined && { import: `${accountId}/${store}/${takeOver}`, retainOnDelete: true }),
      },
    );
    made.set(name, secret);
    // Only once the store has it, so that a secret that failed is not recorded as deployed.
    const value = { text, version: version?.id };
    recorded.push(secret.urn.apply(() => new Secret(resource, value, { parent, dependsOn: secret }).urn));
  }
  return {
    names: new Map([...made].map(([name, secret]) => [name, secret.urn.apply(() => name)])),
    recorded: pulumi.all(recorded).apply(() => true),
  };
}

/** @returns undefined if a preview does not know it yet */
async function idOf(storeId: pulumi.Output<string>): Promise<string | undefined> {
  const id = (await resolveInputs(storeId)) as string;
  return pulumi.isUnknown(id) ? undefined : id;
}
