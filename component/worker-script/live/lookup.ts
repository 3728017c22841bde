import * as cloudflare from "@pulumi/cloudflare";
import type * as pulumi from "@pulumi/pulumi";
import { isNotFound, listOf, reasonOf } from "../../answers";
import { readBinding } from "./read-binding";
import type { Binding, Seen } from "./verdict";

/** Without a limit, the official provider returns only the first 1,000 Workers of an account. */
const ALL_WORKERS = 1_000_000;

export interface WorkerId {
  readonly accountId: string;
  readonly scriptName: string;
}

export interface Version {
  readonly id: string;
  /** Counts the uploads of the Worker; undefined if Cloudflare does not give it. */
  readonly number: number | undefined;
  readonly bindings: readonly Binding[];
}

export type Look = Seen & {
  /** The number of the newest upload. */
  readonly number?: number | undefined;
  /** The versions that get traffic; the newest upload if the provider cannot say. */
  readonly serving?: readonly Version[];
};

/**
 * Finds out what is live. This takes at most three requests if the newest upload gets all the traffic.
 *
 * @param worker.isOurs whether the stack has the Worker. Then the list of Workers, which may be incomplete, is read
 * only if the Worker is not found. Otherwise it is read first, because the official provider prints an error for a
 * Worker that does not exist
 */
export async function look(
  worker: WorkerId & { isOurs: boolean; takeOver: boolean },
  parent: pulumi.Resource,
): Promise<Look> {
  try {
    if (!worker.isOurs) {
      if (!(await isListed(worker, parent))) return { kind: "absent" };
      if (!worker.takeOver) return { kind: "foreign" };
    }
    const latest = await versionOf(worker, "latest", parent);
    const serving = await servingVersions(worker, parent);
    const others = serving?.filter(({ id }) => id !== latest.id) ?? [];
    const found = await Promise.all(others.map(({ id }) => versionOf(worker, id, parent)));
    return {
      kind: "read",
      latest: latest.bindings,
      number: latest.number,
      alsoServing: serving && found.flatMap(({ bindings }) => bindings),
      serving: serving?.some(({ id }) => id === latest.id) === false ? found : [latest, ...found],
      split: others.length === 0 ? undefined : serving?.map(share).join(" and "),
    };
  } catch (error) {
    const isGone = worker.isOurs && isNotFound(error);
    if (isGone && !(await isListed(worker, parent).catch(() => true))) return { kind: "absent" };
    return { kind: "unreadable", reason: reasonOf(error) };
  }
}

/** The newest upload of a Worker, whether it serves or not. */
export async function newestUpload(worker: WorkerId, parent: pulumi.Resource): Promise<Version> {
  return versionOf(worker, "latest", parent);
}

async function isListed({ accountId, scriptName }: WorkerId, parent: pulumi.Resource): Promise<boolean> {
  const { results } = await cloudflare.getWorkersScripts({ accountId, maxItems: ALL_WORKERS }, { parent });
  return listOf(results, "id").some(({ id }) => id === scriptName);
}

async function versionOf(
  { accountId, scriptName }: WorkerId,
  versionId: string,
  parent: pulumi.Resource,
): Promise<Version> {
  const version = { accountId, workerId: scriptName, versionId };
  const { id, number, bindings } = await cloudflare.getWorkerVersion(version, { parent });
  return {
    id,
    number: typeof number === "number" ? number : undefined,
    bindings: listOf(bindings, "name", "type").map(readBinding),
  };
}

interface ServingVersion {
  readonly id: string;
  readonly percentage: unknown;
}

/**
 * Lists the versions that get traffic now: those of the first deployment in the list. A version with 0 % counts too,
 * because a header can reach it
 * (https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/).
 *
 * @returns undefined if there is no deployment: version 6.22.1 of the official provider always finds none, because it
 * looks for them under another property than the one in Cloudflare's answer
 */
async function servingVersions(
  { accountId, scriptName }: WorkerId,
  parent: pulumi.Resource,
): Promise<ServingVersion[] | undefined> {
  const question = { accountId, scriptName, maxItems: 1 };
  const { results } = await cloudflare.getWorkersDeployments(question, { parent });
  const [page] = listOf(results);
  const [newest] = page === undefined ? [] : listOf(page.deployments);
  if (newest === undefined) return undefined;
  return listOf(newest.versions, "versionId").map(({ versionId, percentage }) => ({
    id: versionId,
    percentage,
  }));
}

function share({ id, percentage }: ServingVersion): string {
  return `version ${id.slice(0, 8)} (${String(percentage)} %)`;
}
