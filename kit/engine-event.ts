import type { EngineEvent } from "@pulumi/pulumi/automation";
import { engineMessage } from "./engine-message";

export interface Said {
  readonly severity: "error" | "warning";
  readonly text: string;
}

/**
 * What an event says to the user, shortened as `engineMessage` does.
 *
 * @param root the checkout, which is taken out of paths
 * @returns undefined if it is no error and no warning, or says nothing new
 */
export function saidBy({ diagnosticEvent }: EngineEvent, root: string): Said | undefined {
  if (diagnosticEvent === undefined || diagnosticEvent.ephemeral === true) return undefined;
  const { severity, message } = diagnosticEvent;
  if (severity !== "error" && severity !== "warning") return undefined;
  const text = engineMessage(message, root);
  return text === undefined ? undefined : { severity, text };
}

/** The resource's name in the program. */
export function nameOfUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The last part of a type's token: `WorkersScript`. */
export function shortType(type: string): string {
  return type.split(/[:/]/).at(-1) ?? type;
}
