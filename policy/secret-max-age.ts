import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { commandLine } from "../component/contract/command-line";
import type { InventoryEntry } from "../component/contract/inventory";
import { previousName } from "../component/contract/previous-names";
import { WITH_INVENTORY } from "../component/contract/type-tokens";
import { daysUntil } from "./days";
import { known, knownItems } from "./known";
import { isProduction, PRODUCTION, type ProductionConfig } from "./production";

/** The types of bindings whose declaration takes a `maxAge`. */
const DATED = ["secret_text", "store_secret"];

/** It reads what the components list of their secrets, which has no values. */
export const secretMaxAge: StackValidationPolicy = {
  name: "secret-max-age",
  description: "A secret in production has a maxAge, and is not older.",
  enforcementLevel: "advisory",
  configSchema: { properties: { production: PRODUCTION } },
  validateStack: (args, reportViolation) => {
    const config = args.getConfig<ProductionConfig>();
    for (const resource of args.resources) {
      if (!WITH_INVENTORY.includes(resource.type) || !isProduction(resource.urn, config)) continue;
      const secrets = declaredSecrets(resource);
      const ageless = secrets.filter(({ maxAge }) => typeof maxAge !== "number").map(({ name }) => name);
      const overdue = secrets.filter(isOverdue).map(({ name }) => name);
      if (ageless.length > 0) {
        reportViolation(
          `"${resource.name}" has secrets without a maxAge: ${ageless.join(", ")}. Give each a maxAge in days, such as 90.`,
          resource.urn,
        );
      }
      if (overdue.length > 0) {
        reportViolation(
          `"${resource.name}" has secrets older than their maxAge: ${overdue.join(", ")}. Rotate them: \`${commandLine("rotate")}\`, or a ` +
            "new version in their secrets manager.",
          resource.urn,
        );
      }
    }
  },
};

/** Without the previous values, whose age is that of the rotation. */
function declaredSecrets({ props }: PolicyResource): InventoryEntry[] {
  const entries = knownItems(() => props.inventory as unknown).flatMap((item) => {
    // A copy reads everything once: what is not known yet stays out.
    const entry = item && known(() => ({ ...item, version: copyOf(item.version) }));
    return entry === undefined ? [] : [entry as unknown as InventoryEntry];
  });
  const previous = entries.map(({ name }) => previousName(name));
  return entries.filter(({ name, type }) => DATED.includes(type) && !previous.includes(name));
}

function copyOf(version: unknown): unknown {
  return typeof version === "object" ? { ...version } : undefined;
}

function isOverdue({ version, maxAge }: InventoryEntry): boolean {
  const days = version?.created === undefined ? undefined : daysUntil(version.created);
  return days !== undefined && maxAge !== undefined && -days > maxAge;
}
