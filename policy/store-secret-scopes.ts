import type { ResourceValidationPolicy } from "@pulumi/policy";
import { STORE_SECRET } from "../component/contract/type-tokens";
import { known } from "./known";

interface Config {
  readonly allowed: readonly string[];
}

/** Each scope is a product that may use the secret. */
export const storeSecretScopes: ResourceValidationPolicy = {
  name: "store-secret-scopes",
  description: "A secret of the Secrets Store is for the products that need it.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      allowed: {
        type: "array",
        items: { type: "string", minLength: 1 },
        description: "The scopes that a secret may have.",
        default: ["workers"],
      },
    },
  },
  validateResource: (args, reportViolation) => {
    const { type, name, props } = args;
    if (type !== STORE_SECRET) return;
    const { allowed } = args.getConfig<Config>();
    const scopes: unknown = known(() => [...(props.scopes as readonly unknown[])]);
    const wide = (Array.isArray(scopes) ? scopes : []).filter((scope) => !allowed.includes(String(scope)));
    if (wide.length > 0) {
      reportViolation(
        `"${name}" may be used by ${wide.join(", ")}, and is for ${allowed.join(", ")} only. Take that out of its scopes.`,
      );
    }
  },
};
