import * as pulumi from "@pulumi/pulumi";

/**
 * Finds the secrets that somebody removed from the Worker and that a deploy puts back after a refresh. The refresh takes
 * them out of the script's state, so that to the script they look like new ones; but their own resources are there.
 */
export class ReturningSecrets {
  /** Names that are declared, and neither live nor in the script's state. */
  readonly absent = new Set<string>();
  readonly #created = new Set<string>();

  /** For the `Secret` children; none where the engine has no hooks. */
  hooks(name: string): pulumi.ResourceHookBinding {
    if (!hasHooks()) {
      return {};
    }
    const onCreate = ({ name: secret }: pulumi.ResourceHookArgs) => {
      this.#created.add(secret);
    };
    return {
      beforeCreate: [new pulumi.ResourceHook(`${name}-before-secret`, onCreate, { onDryRun: true })],
    };
  }

  /** To be called when a secret's resource, which comes after the script, is registered. */
  async registered(resource: string, binding: string, parent: pulumi.Resource): Promise<void> {
    if (this.absent.has(binding) && !this.#created.has(resource)) {
      await pulumi.log.info(
        `${binding} was removed from the Worker by other means, and was missing at the last refresh; a deploy puts it back.`,
        parent,
      );
    }
  }
}

/** Pulumi's mocks (3.248.0) have no hooks, and a program's unit tests shall run all the same. */
export function hasHooks(): boolean {
  const monitor = pulumi.runtime.getMonitor() as { registerResourceHook?: unknown } | undefined;
  return monitor?.registerResourceHook !== undefined;
}
