import { SourceError } from "../../component/contract/source-error";

/**
 * Returns a value of a JSON object as text.
 *
 * @param subject names the secret in errors, which quote nothing of the text
 * @throws SourceError
 */
export function jsonKey(text: string, key: string, subject: string): string {
  return fieldOf(parse(text), key, subject);
}

/**
 * Returns a value of an object as text: a whole number or a boolean as JSON writes it.
 *
 * @param subject names the secret in errors, which quote nothing of the object
 * @throws SourceError
 */
export function fieldOf(object: unknown, key: string, subject: string): string {
  const value =
    typeof object === "object" && object !== null && Object.hasOwn(object, key)
      ? (object as Record<string, unknown>)[key]
      : undefined;
  if (typeof value === "string") return value;
  // Of other numbers, JavaScript does not keep every digit.
  if (typeof value === "boolean" || Number.isSafeInteger(value)) return String(value);
  const found = typeof value === "number" ? "its number has too many digits, or a fraction" : MISSING;
  throw new SourceError(
    `${subject}: expected the key "${key}", but ${object === undefined ? "it is not JSON" : found}. Check the key` +
      `${object === undefined ? ", or leave it out" : ", or store the value as text"}.`,
  );
}

const MISSING = "it has no such key, or no text there";

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Node's message quotes the text.
    return undefined;
  }
}
