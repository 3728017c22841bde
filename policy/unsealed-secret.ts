import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { STORE_SECRET } from "../component/contract/type-tokens";
import { knownText } from "./known";
import { isSealed, watchSealedInputs } from "./sealed-inputs";
import { bindingsOf, SECRET_TYPES } from "./worker-bindings";

watchSealedInputs();

/**
 * Who may read the state reads every input that is no secret of Pulumi. The official provider makes secrets of these inputs
 * before a policy sees them: what is found here is what it did not.
 */
export const unsealedSecret: ResourceValidationPolicy = {
  name: "unsealed-secret",
  description: "The value of a secret is encrypted in the state.",
  enforcementLevel: "mandatory",
  validateResource: (args, reportViolation) => {
    const open = secretInputs(args).filter(({ path }) => isSealed(args.urn, path) === false);
    if (open.length > 0) {
      reportViolation(
        `"${args.name}" would leave values unencrypted in the state: ${open.map(({ name }) => name).join(", ")}. Take them from ` +
          "config.requireSecret, or wrap them in pulumi.secret. If one was deployed like this, rotate it.",
      );
    }
  },
};

/** The inputs that hold a secret's value, if they are set. */
function secretInputs(args: ResourceValidationArgs): { name: string; path: string[] }[] {
  const { type, props } = args;
  const bindings = bindingsOf(args)
    .filter((binding) => SECRET_TYPES.includes(binding.type))
    .flatMap(({ index, name, text }) =>
      ["text", "keyBase64", "keyJwk"]
        .filter((property) => text(property) !== undefined)
        .map((property) => ({ name, path: ["bindings", String(index), property] })),
    );
  const isStored = type === STORE_SECRET && knownText(() => props.value as unknown) !== undefined;
  return isStored ? [{ name: "value", path: ["value"] }] : bindings;
}
