import * as z from "zod";
import type { Cloudflare } from "../../kit/live/cloudflare";
import type { Found } from "../../kit/live/read-live";
import type { DeployedWorker } from "./state";

const SECRETS = z.array(z.object({ name: z.string(), status: z.string().optional() }));

/**
 * Reads which secrets are in a Secrets Store: one request, because an account has at most 100.
 *
 * @returns the store in the form of a Worker. What other stacks and owners have in it is left out
 */
export async function readStore(
  cloudflare: Cloudflare,
  { accountId, store: script, declared }: DeployedWorker,
): Promise<Found> {
  if (script === undefined) return "unreadable";
  const path = (id: string) => `stores/${id}/secrets?per_page=100`;
  const found = await cloudflare.read({ accountId, script }, path, SECRETS, "secrets_store");
  if (typeof found === "string") return found;
  const own = found.filter(
    ({ name, status }) => status !== "deleted" && declared.some(({ binding }) => binding === name),
  );
  const bindings = own.map(
    ({ name }) => [name, { name, type: "store_secret", isSecret: true, inStore: undefined }] as const,
  );
  const content = { id: script, created: "", bindings: new Map(bindings) };
  return { serving: [content], latest: content };
}
