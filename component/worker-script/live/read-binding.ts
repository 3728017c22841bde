import { bindingType, isKept } from "../binding-type";
import type { Binding } from "./verdict";

/** Reads a binding of the program or of Cloudflare's answer, and no secret's value. */
export function readBinding(binding: Readonly<Record<string, unknown>>): Binding {
  const { name, oldName } = binding as Pick<Binding, "name" | "oldName">;
  if (isKept({ type: binding.type, versionId: binding.versionId })) {
    return { name, type: "secret_text", isKept: true };
  }
  const type = bindingType(binding.type) as string;
  return { name, type, oldName, value: variableValue(type, binding) };
}

/** @returns the value as the Worker sees it; undefined if this is no plain variable, or if the value is not known */
function variableValue(type: string, { text, json }: Readonly<Record<string, unknown>>): unknown {
  if (type === "plain_text") {
    return typeof text === "string" ? text : undefined;
  }
  return type === "json" && typeof json === "string" ? parsed(json) : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
