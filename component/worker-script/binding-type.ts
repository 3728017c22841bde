/** The types of bindings that hold a secret's value. */
export const SECRET_TYPES = ["secret_text", "secret_key"];

/** The types of plain variables, whose values Cloudflare returns. */
export const VARIABLE_TYPES = ["plain_text", "json"];

/**
 * The version that a secret without a value is inherited from. It is the default, and written down so that the state can
 * tell these secrets from `inheritedSecrets`, which belong to another tool.
 */
export const KEPT_VERSION = "latest";

/** Whether a binding is a declared secret that keeps the value that the Worker has. */
export function isKept(binding: { readonly type: unknown; readonly versionId?: unknown }): boolean {
  return bindingType(binding.type) === "inherit" && binding.versionId === KEPT_VERSION;
}

/** Lower case, because the official provider takes a type in any case and Cloudflare answers in lower case. */
export function bindingType(type: unknown): unknown {
  return typeof type === "string" ? type.toLowerCase() : type;
}
