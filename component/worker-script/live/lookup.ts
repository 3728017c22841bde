import * as cloudflare from "@pulumi/cloudflare";
import type * as pulumi from "@pulumi/pulumi";
import type { Binding } from "./verdict";

/** The official provider takes only the first 1,000 Workers of an account when it is not told how many. */
const ALL_WORKERS = 1_000_000;

/** Whether the account has a Worker of this name. */
export async function isListed(
  accountId: string,
  scriptName: string,
  parent: pulumi.Resource,
): Promise<boolean> {
  const { results } = await cloudflare.getWorkersScripts({ accountId, maxItems: ALL_WORKERS }, { parent });
  return listOf(results, "id").some(({ id }) => id === scriptName);
}

/** Names and types of what a Worker has. It must be there: for no Worker the official provider prints an error. */
export async function bindingsOf(
  accountId: string,
  scriptName: string,
  parent: pulumi.Resource,
): Promise<Binding[]> {
  const version = { accountId, workerId: scriptName, versionId: "latest" };
  const { bindings } = await cloudflare.getWorkerVersion(version, { parent });
  return listOf(bindings, "name", "type");
}

/** The provider passes on whatever the API answers, and rubbish must not look like a Worker without secrets. */
function listOf<Key extends string>(answer: unknown, ...keys: Key[]): Record<Key, string>[] {
  const isWhole = (item: Partial<Record<Key, unknown>> | null) =>
    keys.every((key) => typeof item?.[key] === "string");
  if (!Array.isArray(answer) || !answer.every(isWhole)) {
    throw new Error(`Cloudflare's answer is not a list in which everything has ${keys.join(" and ")}`);
  }
  return answer as Record<Key, string>[];
}
