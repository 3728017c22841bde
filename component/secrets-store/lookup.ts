import * as cloudflare from "@pulumi/cloudflare";
import type * as pulumi from "@pulumi/pulumi";
import { listOf, reasonOf, refusedTokenAdvice } from "../answers";
import { plainError } from "../refusal";

export interface LiveStore {
  readonly id: string;
  readonly name: string;
}

/** A secret as Cloudflare lists it: without its value. */
export interface LiveSecret extends LiveStore {
  /** `pending`, `active` or `deleted`. */
  readonly status: string;
}

/** @throws pulumi.RunError if they cannot be read */
export async function listStores(accountId: string, parent: pulumi.Resource): Promise<LiveStore[]> {
  return read(async () => {
    const { results } = await cloudflare.getSecretsStores({ accountId }, { parent });
    return listOf(results, "id", "name");
  });
}

/** @throws pulumi.RunError if they cannot be read */
export async function listSecrets(
  accountId: string,
  storeId: string,
  parent: pulumi.Resource,
): Promise<LiveSecret[]> {
  return read(async () => {
    const { results } = await cloudflare.getSecretsStoreSecrets({ accountId, storeId }, { parent });
    return listOf(results, "id", "name", "status");
  });
}

async function read<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const reason = reasonOf(error);
    throw plainError(
      `What is in the account's Secrets Store could not be read. Nothing was sent to it. (${reason})\n` +
        `${refusedTokenAdvice(reason) ?? "  - If the API failed: try again."}\n` +
        "  - If the token may not read: it needs Secrets Store Write, and Secrets Store Read for a preview.",
    );
  }
}
