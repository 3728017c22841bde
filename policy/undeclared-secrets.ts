import type { ResourceValidationPolicy } from "@pulumi/policy";
import { WORKER_SCRIPT } from "../component/contract/type-tokens";
import { known } from "./known";

interface Config {
  readonly arguments: readonly string[];
}

/** The gate of WorkerScript stops a deploy that would lose what is live. An argument can open it for good. */
export const undeclaredSecrets: ResourceValidationPolicy = {
  name: "undeclared-secrets",
  description: "A deploy that would lose a live secret stops.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      arguments: {
        type: "array",
        items: {
          type: "string",
          enum: [
            "undeclaredSecrets",
            "undeclaredVariables",
            "undeclaredBindings",
            "unreadableWorker",
            "takeOver",
          ],
        },
        description: "The arguments of WorkerScript that keep their default.",
        default: ["undeclaredSecrets"],
      },
    },
  },
  validateResource: (args, reportViolation) => {
    const { type, name, props } = args;
    if (type !== WORKER_SCRIPT) return;
    // The component has such an input only if the argument is not the default.
    const changed = args
      .getConfig<Config>()
      .arguments.filter((argument) => known(() => props[argument] as unknown) !== undefined);
    if (changed.length > 0) {
      reportViolation(
        `WorkerScript "${name}" sets ${changed.join(", ")}. Take it out: a preview then names what a deploy would lose, and you ` +
          "can keep that with inheritedSecrets.",
      );
    }
  },
};
