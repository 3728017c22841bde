import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { WORKER_SCRIPT, WORKERS_SCRIPT } from "../component/contract/type-tokens";
import { nameOf, typeOf } from "./urn";
import { bindingsOf, SECRET_TYPES } from "./worker-bindings";

/** A Worker whose secrets the component does not look after has no names in previews, no gate, and no verification. */
export const rawWorkerSecret: ResourceValidationPolicy = {
  name: "raw-worker-secret",
  description: "A Worker with secrets is declared with WorkerScript.",
  enforcementLevel: "mandatory",
  validateResource: (args, reportViolation) => {
    if (isOfComponent(args)) return;
    const names = bindingsOf(args)
      .filter(({ type }) => SECRET_TYPES.includes(type))
      .map(({ name }) => name);
    if (names.length > 0) {
      reportViolation(
        `"${args.name}" has secrets of its own: ${names.join(", ")}. Previews do not name them, and nothing stops a deploy ` +
          "that loses a live one. Declare the Worker with WorkerScript, and these in secretTextBindings.",
      );
    }
  },
};

/** The component's own script has its name. */
export function isOfComponent({
  type,
  name,
  opts,
}: Pick<ResourceValidationArgs, "type" | "name" | "opts">): boolean {
  const { parent = "" } = opts;
  return type === WORKERS_SCRIPT && typeOf(parent) === WORKER_SCRIPT && nameOf(parent) === name;
}
