import type { ResourceValidationPolicy } from "@pulumi/policy";
import { daysUntil } from "./days";
import { isUnknown, knownText } from "./known";
import { UPLOADS } from "./worker-bindings";

interface Config {
  readonly maxDays: number;
}

/** A Worker with an old date runs without what Cloudflare has since corrected. */
export const compatibilityDate: ResourceValidationPolicy = {
  name: "compatibility-date",
  description: "A Worker's compatibility date is recent.",
  enforcementLevel: "advisory",
  configSchema: {
    properties: {
      maxDays: {
        type: "integer",
        minimum: 1,
        description: "How many days old the date may be.",
        default: 365,
      },
    },
  },
  validateResource: (args, reportViolation) => {
    const { type, name, props } = args;
    if (!UPLOADS.includes(type) || isUnknown(() => props.compatibilityDate as unknown)) return;
    const { maxDays } = args.getConfig<Config>();
    const date = knownText(() => props.compatibilityDate as unknown);
    const days = date === undefined ? undefined : daysUntil(date);
    if (days === undefined || -days > maxDays) {
      const state = days === undefined ? "has none" : `has one from ${Math.floor(-days)} days ago`;
      reportViolation(
        `"${name}" ${state}, and it may be ${maxDays} days old. Set compatibilityDate to a date of the last months, after you ` +
          "have tested the Worker with it.",
      );
    }
  },
};
