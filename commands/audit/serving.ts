import type { Found, Live, Version } from "../../kit/live/read-live";
import type { Notes } from "../../kit/notes";
import type { DeployedWorker } from "./state";
import { isClearlyAfter } from "./time";

/**
 * When the oldest serving version was uploaded: no value on the Worker is newer. Undefined if that is not known.
 */
export function servedSince(live: Found | undefined): string | undefined {
  return oldest(versionsOf(live))?.created;
}

/**
 * After a rollback or in a gradual deployment: when the version was uploaded that serves instead of the stack's last
 * upload. Undefined if the stack's last upload serves, or if that is not known.
 */
export function rolledBackTo(live: Found | undefined, uploaded: string | undefined): string | undefined {
  const serving = versionsOf(live);
  const first = oldest(serving);
  const latest = typeof live === "object" ? live.latest : undefined;
  if (first === undefined || serving.every(({ id }) => id === latest?.id)) return undefined;
  if (uploaded === undefined || isClearlyAfter(uploaded, first.created)) return first.created;
  // Pulumi and Cloudflare have different clocks, so we take the version nearest in time as the stack's own.
  const distance = ({ created }: Version) => Math.abs(Date.parse(created) - Date.parse(uploaded));
  const known = latest === undefined ? serving : [...serving, latest];
  const [own = first] = known.toSorted((a, b) => distance(a) - distance(b));
  return own.created > first.created ? first.created : undefined;
}

/** Adds a note if something other than the latest version serves. */
export function noteServing(live: Live, worker: DeployedWorker, notes: Notes): void {
  const name = `${worker.script} (${worker.environment})`;
  const serving = live.serving ?? [];
  const { latest } = live;
  if (serving.length > 1) notes.add(SPLIT, name);
  if (rolledBackTo(live, worker.uploaded) !== undefined) {
    notes.fail(ROLLED_BACK, name);
  } else if (serving.length > 0 && latest !== undefined && !serving.some(({ id }) => id === latest.id)) {
    notes.add(NOT_DEPLOYED, name);
  }
}

const SPLIT =
  "Several versions share the traffic of {}: a secret is live if all of them have it, and undeclared if one of them has it.";
const ROLLED_BACK =
  "An older version than the stack's last upload serves, as after a rollback: {}. Values that were replaced since are live again. `npx wrangler versions deploy` deploys the last one.";
const NOT_DEPLOYED =
  "The latest version was uploaded and is not deployed: {}. What is live here is what serves; the next `pulumi up` takes over secrets from the latest version.";

function versionsOf(live: Found | undefined): readonly Version[] {
  return typeof live === "object" ? (live.serving ?? []) : [];
}

function oldest(versions: readonly Version[]): Version | undefined {
  return versions.toSorted((a, b) => (a.created < b.created ? -1 : 1))[0];
}
