import * as z from "zod";
import type { Cloudflare, Worker } from "./cloudflare";
import { TIME } from "../iso-time";
import type { Notes } from "../notes";

/** The types of binding that hold a secret. */
const SECRET_TYPES = ["secret_text", "secret_key", "secrets_store_secret"];

/** A binding as Cloudflare lists it: without its value. */
export interface LiveBinding {
  readonly name: string;
  readonly type: string;
  readonly isSecret: boolean;
  /** Where the value is, for a secret from Secrets Store. */
  readonly inStore: { readonly store: string; readonly secret: string } | undefined;
}

/** A version of a Worker, with its bindings by name. */
export interface Version {
  readonly id: string;
  /** The upload time by Cloudflare's clock, as ISO 8601 UTC. */
  readonly created: string;
  readonly bindings: ReadonlyMap<string, LiveBinding>;
}

export interface Live {
  /** The versions of the newest deployment, at least one; undefined if they could not be read. */
  readonly serving: readonly Version[] | undefined;
  /**
   * The version that was uploaded last; the next upload inherits its secrets. Undefined if it could not be read. Other
   * versions serve after a rollback, in a gradual deployment and after `wrangler versions upload`.
   */
  readonly latest: Version | undefined;
}

/** `absent` if the Worker does not exist, `unreadable` if Cloudflare's answers do not say. */
export type Found = Live | "absent" | "unreadable";

const BINDING = z
  .object({
    name: z.string(),
    type: z.string(),
    store_id: z.string().optional().catch(undefined),
    secret_name: z.string().optional().catch(undefined),
  })
  .transform(({ name, type, store_id: store, secret_name: secret }): LiveBinding => ({
    name,
    type,
    isSecret: SECRET_TYPES.includes(type),
    inStore: store === undefined || secret === undefined ? undefined : { store, secret },
  }));

const VERSION = z
  .object({ id: z.string(), created_on: TIME, bindings: z.array(BINDING) })
  .transform(({ id, created_on: created, bindings }): Version => ({
    id,
    created,
    bindings: new Map(bindings.map((binding) => [binding.name, binding])),
  }));

/**
 * The first deployment is the newest and the one that serves. A version with 0 percent counts too, because a header
 * reaches it (https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/).
 */
const DEPLOYMENTS = z
  .object({
    deployments: z.array(z.object({ versions: z.array(z.object({ version_id: z.guid() })).min(1) })),
  })
  .transform(({ deployments: [newest] }) => newest?.versions.map(({ version_id }) => version_id) ?? []);

/** Reads the serving versions: two requests if the latest version serves, and one more for each other version. */
export async function readLive(cloudflare: Cloudflare, worker: Worker, notes: Notes): Promise<Found> {
  const [deployed, latest] = await Promise.all([
    cloudflare.read(worker, (script) => `scripts/${script}/deployments`, DEPLOYMENTS),
    readVersion(cloudflare, worker, "latest"),
  ]);
  if (deployed === "absent" && latest === "absent") return "absent";
  // The Worker was uploaded but never deployed, or was created or deleted between the requests.
  const isUndeployed = deployed === "absent" || deployed.length === 0;
  if (isUndeployed) notes.fail(UNDEPLOYED, worker.script);
  const serving =
    isUndeployed || typeof deployed === "string"
      ? undefined
      : await readServing(cloudflare, worker, deployed, latest, notes);
  const known = typeof latest === "string" ? undefined : latest;
  return serving === undefined && known === undefined ? "unreadable" : { serving, latest: known };
}

const UNDEPLOYED = "Cloudflare lists no deployment of {}, so it is not known what serves: run it again.";
const GONE = "Cloudflare does not have a version of {} that is deployed: run it again.";

/** Returns undefined if one of the versions cannot be read. */
async function readServing(
  cloudflare: Cloudflare,
  worker: Worker,
  ids: readonly string[],
  latest: Version | string,
  notes: Notes,
): Promise<Version[] | undefined> {
  const versions = await Promise.all(
    ids.map((id) => {
      const isKnown = typeof latest !== "string" && latest.id === id;
      return isKnown ? Promise.resolve(latest) : readVersion(cloudflare, worker, id);
    }),
  );
  if (versions.includes("absent")) notes.fail(GONE, worker.script);
  const read = versions.filter((version) => typeof version !== "string");
  return read.length === ids.length ? read : undefined;
}

function readVersion(cloudflare: Cloudflare, worker: Worker, id: string) {
  return cloudflare.read(worker, (script) => `workers/${script}/versions/${id}`, VERSION);
}
