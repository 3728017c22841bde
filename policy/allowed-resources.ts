import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { foreignTargets } from "./binding-targets";
import { PAGES_PROJECT } from "./pages-bindings";
import { UPLOADS } from "./worker-bindings";
import { matchesAny } from "./wildcard";

interface Config {
  readonly allowed?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Cloudflare does not ask whether a token may bind a resource: one that may edit a Worker can bind every namespace, bucket,
 * database and queue of the account to it, and read what is there.
 */
export const allowedResources: StackValidationPolicy = {
  name: "allowed-resources",
  description: "A Worker is bound to resources of its stack, or to allowed ones.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      allowed: {
        type: "object",
        additionalProperties: { type: "array", items: { type: "string", minLength: 1 } },
        description:
          "By type of binding, the ids or names that may be bound; * stands for any characters. Off if unset.",
      },
    },
  },
  validateStack: (args, reportViolation) => {
    const { resources } = args;
    const { allowed } = args.getConfig<Config>();
    if (allowed === undefined) return args.notApplicable("The policy has no config: allowed.");
    for (const worker of resources.filter(({ type }) => [...UPLOADS, PAGES_PROJECT].includes(type))) {
      const refused = foreignTargets(worker, resources).filter(
        ({ type, target }) => !matchesAny(target, allowed[type] ?? []),
      );
      if (refused.length > 0) reportViolation(message(worker, refused), worker.urn);
    }
  },
};

function message(
  { name }: PolicyResource,
  refused: readonly { readonly name: string; readonly type: string }[],
): string {
  const names = refused.map((binding) => `${binding.name} (${binding.type})`).join(", ");
  return (
    `"${name}" is bound to resources that are neither this stack's nor allowed: ${names}. Take the bindings out, or add their ` +
    "resources to the policy's config: allowed, by type of binding."
  );
}
