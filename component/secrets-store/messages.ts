import { MAX_STORE_SECRETS } from "../contract/limits";
import type { LiveSecret, LiveStore } from "./lookup";

/** A store that has the name of the stack's own, and is not in its state. */
export function storeExists({ id, name }: LiveStore): string {
  return (
    `The account has a Secrets Store "${name}" that this stack did not create, and an account has one. Nothing was sent to Cloudflare.\n` +
    `  - To use it as it is: storeId: "${id}"\n` +
    '  - If this stack made it, under another resource name: aliases: [{ name: "<that name>" }] in the component\'s options.'
  );
}

/** @param isPrevious whether it is the previous value of a declared secret */
export function secretExists({ id, name }: LiveSecret, storeId: string, isPrevious: boolean): string {
  return (
    `The Secrets Store has a secret "${name}" that this stack did not create, and a deploy would overwrite its value. Nothing was sent to it.\n` +
    (isPrevious
      ? `  - To delete it: npx wrangler secrets-store secret delete ${storeId} --secret-id ${id} --remote\n`
      : `  - To use it as it is: bind it with storeId: "${storeId}", secretName: "${name}", and take it out of secrets.\n` +
        `  - To overwrite it: takeOver: "${id}" beside its name, for one \`pulumi up\`\n`) +
    '  - If this stack made it, under another resource name: aliases: [{ name: "<that name>" }] in the component\'s options.\n' +
    "  Workers that bind it read the new value at once: npx wrangler secrets-store secret list shows its comment and age."
  );
}

export function storeIsFull(name: string, live: number): string {
  return (
    `"${name}" does not fit into the Secrets Store: it has ${live} secrets, and an account may have ${MAX_STORE_SECRETS}. ` +
    "Delete some first, in a deploy of their own: a deploy creates before it deletes."
  );
}

export function waiting(name: string): string {
  return `Waiting for Cloudflare to make the secret "${name}" of the Secrets Store active.`;
}

export function notActive(name: string, status: string | undefined): string {
  return (
    `The secret "${name}" was sent to the Secrets Store, which has not made it active ` +
    `(${status === undefined ? "it is not listed" : `its status is ${status}`}), so a Worker may not find it. To go on: pulumi up`
  );
}
