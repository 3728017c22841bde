import type { ResourceValidationPolicy } from "@pulumi/policy";
import { daysUntil } from "./days";
import { isUnknown, knownText } from "./known";
import { TOKENS } from "./tokens";

interface Config {
  readonly maxDays: number;
}

/** A token that was copied works until it expires. */
export const tokenExpiry: ResourceValidationPolicy = {
  name: "token-expiry",
  description: "A token of Cloudflare's API expires.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      maxDays: {
        type: "integer",
        minimum: 1,
        description: "How many days from now it may still be valid.",
        default: 365,
      },
    },
  },
  validateResource: (args, reportViolation) => {
    const { type, name, props } = args;
    if (!TOKENS.includes(type) || isUnknown(() => props.expiresOn as unknown)) return;
    const { maxDays } = args.getConfig<Config>();
    const time = knownText(() => props.expiresOn as unknown);
    const days = time === undefined ? undefined : daysUntil(time);
    if (days === undefined || days > maxDays) {
      const state = days === undefined ? "does not expire" : `expires in ${Math.ceil(days)} days`;
      reportViolation(
        `The token "${name}" ${state}. Set expiresOn to a time within ${maxDays} days, for example "2030-01-31T00:00:00Z", ` +
          "and renew it before.",
      );
    }
  },
};
