import { isObject } from "./json";

/** How a state marks a secret: this key has this text. */
const MARK = "4dabf18193072939515e22adb298388d";
const IS_SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Opens the secrets in a part of a state that was exported with `--show-secrets`. Each has its value as JSON, in which
 * there may be more secrets.
 */
export function unsealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unsealed);
  if (!isObject(value)) return value;
  if (value[MARK] === IS_SECRET) return unsealed(parsed(value["plaintext"]));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unsealed(part)]));
}

function parsed(plaintext: unknown): unknown {
  try {
    return JSON.parse(String(plaintext));
  } catch {
    // The message of JSON.parse would quote the secret.
    throw new Error("The state has a secret that Pulumi has not decrypted.");
  }
}
