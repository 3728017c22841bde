import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { known } from "./known";
import { isProduction, PRODUCTION, type ProductionConfig } from "./production";

const SUBDOMAIN = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain";
const ADDRESSES = { enabled: "workersDev", previewsEnabled: "previewsEnabled" } as const;

/** The addresses below workers.dev answer everyone, beside the routes that have the protection of a zone. */
export const noWorkersDev: ResourceValidationPolicy = {
  name: "no-workers-dev",
  description: "A Worker in production has no address below workers.dev.",
  enforcementLevel: "mandatory",
  configSchema: { properties: { production: PRODUCTION } },
  validateResource: (args, reportViolation) => {
    const open = openAddresses(args).map((property) => ADDRESSES[property]);
    if (open.length > 0) {
      reportViolation(
        `"${args.name}" answers below workers.dev: ${open.join(", ")}. Set it to false in this stack, ` +
          "and give the Worker a route or a custom domain.",
      );
    }
  },
  remediateResource: (args) => {
    const open = openAddresses(args);
    if (open.length === 0) return undefined;
    const { props } = args;
    for (const property of open) {
      // In place: a copy would read what a preview does not know yet.
      props[property] = false;
    }
    return props;
  },
};

function openAddresses(args: ResourceValidationArgs): (keyof typeof ADDRESSES)[] {
  const { type, urn, props } = args;
  if (type !== SUBDOMAIN || !isProduction(urn, args.getConfig<ProductionConfig>())) return [];
  return (["enabled", "previewsEnabled"] as const).filter(
    (property) => known(() => props[property] as unknown) === true,
  );
}
