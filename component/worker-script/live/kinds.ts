import { SECRET_TYPES, VARIABLE_TYPES } from "../binding-type";
import type { LiveChoices } from "../live-choices";

const KINDS = [
  { argument: "undeclaredSecrets", types: [...SECRET_TYPES, "secrets_store_secret"] },
  { argument: "undeclaredVariables", types: VARIABLE_TYPES },
] as const;

/** The argument that decides about the loss of a live binding of this type. */
export function argumentFor(type: string) {
  return KINDS.find(({ types }) => types.includes(type))?.argument ?? "undeclaredBindings";
}

/** What the program says about the loss of a live binding of this type. */
export function choiceFor(type: string, choices: LiveChoices): "error" | "warn" | "delete" {
  return choices[argumentFor(type)] ?? "error";
}
