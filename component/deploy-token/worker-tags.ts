import * as cloudflare from "@pulumi/cloudflare";
import type * as pulumi from "@pulumi/pulumi";
import { listOf } from "../answers";

/** Without a limit, the official provider returns only the first 1,000 Workers of an account. */
const ALL_WORKERS = 1_000_000;

/**
 * Finds the immutable tags of Workers, by which a token names them. A Worker that is deleted and created again has another.
 *
 * @param problems gets a sentence for each Worker that does not exist
 */
export async function tagsOf(
  accountId: string,
  workers: readonly string[],
  parent: pulumi.Resource,
  problems: string[],
): Promise<string[]> {
  if (workers.length === 0) return [];
  const { results } = await cloudflare.getWorkersScripts({ accountId, maxItems: ALL_WORKERS }, { parent });
  const live = new Map(listOf(results, "id", "tag").map(({ id, tag }) => [id, tag]));
  return workers.flatMap((name) => {
    const tag = live.get(name);
    if (tag === undefined) problems.push(missing(name));
    return tag ?? [];
  });
}

function missing(name: string): string {
  return (
    `needs.workers: expected Workers that exist, and the account has no Worker "${name}". A token can only name one ` +
    'that does. Deploy it first, with a token of kind: "bootstrap".'
  );
}
