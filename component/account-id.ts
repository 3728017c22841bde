import type { Check } from "./checker";

/** Checks the argument `accountId`. */
export function checkAccountId(accountId: unknown, check: Check): void {
  check("accountId", accountId, (id) => /^[0-9a-f]{32}$/.test(id), ACCOUNT_ID);
}

const ACCOUNT_ID =
  "32 hexadecimal digits, a-f in lower case. `npx wrangler whoami` prints them; then `pulumi config set accountId <id>`";
