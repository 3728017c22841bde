import type { Check } from "../checker";
import type { DeclaredBinding } from "./declared-bindings";

/** Checks a binding to a secret of a Secrets Store. That of its previous value has a path of its own. */
export function checkStoreBinding(
  { path, textPath, text, storeId, secretName }: DeclaredBinding,
  check: Check,
): void {
  if (textPath.endsWith(".previous")) {
    check(textPath, text, isSecretName, SECRET_NAME);
  } else {
    check(`${path}.storeId`, storeId, isStoreId, STORE_ID);
    check(`${path}.secretName`, secretName, isSecretName, SECRET_NAME);
  }
}

export function isStoreId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id);
}

export const STORE_ID =
  "the store's id, 32 hexadecimal digits. `npx wrangler secrets-store store list --remote` prints it";
const SECRET_NAME =
  "the name of a secret in the Secrets Store, without spaces. `npx wrangler secrets-store secret list <store id> " +
  "--remote` prints them";

function isSecretName(name: string): boolean {
  return /^\S+$/.test(name);
}
