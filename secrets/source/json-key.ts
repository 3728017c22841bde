import { SourceError } from "../../component/contract/source-error";

/**
 * Returns a value of a JSON object as text.
 *
 * @param subject names the secret in errors, which quote nothing of the text
 * @throws SourceError
 */
export function jsonKey(text: string, key: string, subject: string): string {
  return keyOf(parse(text), key, subject);
}

/** Returns a value of an object as text: a number or a boolean as JSON writes it. */
function keyOf(object: unknown, key: string, subject: string): string {
  const value =
    typeof object === "object" && object !== null && Object.hasOwn(object, key)
      ? (object as Record<string, unknown>)[key]
      : undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const found = object === undefined ? "it is not JSON" : "it has no such key, or no text there";
  throw new SourceError(
    `${subject}: expected the key "${key}", but ${found}. Check the key, or leave it out.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Node's message quotes the text.
    return undefined;
  }
}
