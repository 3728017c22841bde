import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import { stackOf } from "./urn";
import { matchesAny } from "./wildcard";

/** The config of a policy that applies to production only. */
export interface ProductionConfig {
  readonly production: readonly string[];
}

export const PRODUCTION: PolicyConfigJSONSchema = {
  type: "array",
  items: { type: "string", minLength: 1 },
  description: "The names of the stacks that are production; * stands for any characters.",
  default: ["prod", "production", "prod-*", "production-*", "*-prod", "*-production"],
};

/** Whether the resource is in a production stack. */
export function isProduction(urn: string, { production }: ProductionConfig): boolean {
  return matchesAny(stackOf(urn), production);
}
