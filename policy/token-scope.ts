import type { ResourceValidationPolicy } from "@pulumi/policy";
import { knownItems, knownText } from "./known";
import { tooWide } from "./token-resources";
import { TOKENS } from "./tokens";
import { matchesAny } from "./wildcard";

interface Config {
  readonly accountWide: readonly string[];
  readonly forbidden: readonly string[];
}

const GROUPS = { type: "array", items: { type: "string", minLength: 1 }, default: [] } as const;

/** What a copied token can do is what its policies allow. */
export const tokenScope: ResourceValidationPolicy = {
  name: "token-scope",
  description: "A token of Cloudflare's API is for named resources.",
  enforcementLevel: "advisory",
  configSchema: {
    properties: {
      accountWide: { ...GROUPS, description: "The ids of permission groups that may cover a whole account." },
      forbidden: { ...GROUPS, description: "The ids of permission groups that no token may have." },
    },
  },
  validateResource: (args, reportViolation) => {
    const { type, name, props } = args;
    if (!TOKENS.includes(type)) return;
    const { accountWide, forbidden } = args.getConfig<Config>();
    for (const [index, policy] of knownItems(() => props.policies as unknown).entries()) {
      if (policy === undefined || knownText(() => policy.effect) === "deny") continue;
      const groups = knownItems(() => policy.permissionGroups).map(
        (group) => group && knownText(() => group.id),
      );
      const refused = groups.filter((id) => id !== undefined && matchesAny(id, forbidden));
      const mayBeWide = groups.length > 0 && groups.every((id = "") => matchesAny(id, accountWide));
      const wide = tooWide(
        knownText(() => policy.resources),
        mayBeWide,
      );
      if (refused.length > 0) {
        reportViolation(
          `The token "${name}" has permission groups that are forbidden: ${refused.join(", ")} (policies[${index}]). Take them out.`,
        );
      }
      if (wide.length > 0) {
        reportViolation(
          `The token "${name}" may act on ${wide.join(", ")} (policies[${index}]). Name the resources that it is for, such as one ` +
            "Worker or one zone.",
        );
      }
    }
  },
};
