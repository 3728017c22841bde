/** The types of bindings that hold a secret's value. */
export const SECRET_TYPES = ["secret_text", "secret_key"];

/** Lower case, because the official provider takes a type in any case and Cloudflare answers in lower case. */
export function bindingType(type: unknown): unknown {
  return typeof type === "string" ? type.toLowerCase() : type;
}
