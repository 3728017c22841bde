/** The types of bindings that hold a secret's value. */
export const SECRET_TYPES = ["secret_text", "secret_key"];

/** The types of plain variables, whose values Cloudflare returns. */
export const VARIABLE_TYPES = ["plain_text", "json"];

/** Lower case, because the official provider takes a type in any case and Cloudflare answers in lower case. */
export function bindingType(type: unknown): unknown {
  return typeof type === "string" ? type.toLowerCase() : type;
}
