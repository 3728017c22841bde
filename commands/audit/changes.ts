import { previousName } from "../../component/contract/previous-names";
import { configKey, parseSource } from "../../component/contract/source";
import type { Found } from "../../kit/live/read-live";
import type { Notes } from "../../kit/notes";
import type { FoundSecret } from "./compare";
import type { ConfigHistory } from "./config-history";
import type { Edits } from "./edits";
import type { Change } from "./report";
import { rolledBackTo, servedSince } from "./serving";
import { isClearlyAfter } from "./time";

/** The records about a secret's stack and Worker. Each is undefined if it was not or could not be read. */
export interface Records {
  /** The history of the stack's config. */
  readonly history?: ConfigHistory | undefined;
  /** When the stack's last successful `pulumi up` started. */
  readonly updated?: string | undefined;
  /** Edits of the Worker's secrets by hand. */
  readonly edits?: Edits | undefined;
  readonly live?: Found | undefined;
}

const UNKNOWN: Change = { recordedIn: "unknown" };

/** Whether the program does not have the value, so that only Cloudflare knows when it changed. */
export function isByHand({ state, source }: FoundSecret): boolean {
  return state === "undeclared" || (state === "live" && source === "inherited");
}

/** When the live value was last changed, from the best available record. */
export function changeOf(secret: FoundSecret, records: Records, notes: Notes): Change {
  const { source, declared, worker } = secret;
  if (parseSource(source).kind === "secrets-store") {
    // The value changes in the store, without a trace in the Worker or in Pulumi.
    return UNKNOWN;
  }
  if (declared === undefined || declared.type === "inherit") {
    return isByHand(secret) ? recordedByCloudflare(records) : UNKNOWN;
  }
  const made = recordedBySource(secret, records);
  if (made !== undefined) return made;
  const key = configKey(source);
  if (key !== undefined && records.history === undefined) {
    return UNKNOWN;
  }
  // Undefined if the key is not in the stack's file.
  const origin = key === undefined ? undefined : records.history?.(key);
  const name = `${key} (${worker.environment})`;
  if (typeof origin === "string") {
    notes.add(WITHOUT_DATE[origin], name);
    return UNKNOWN;
  }
  if (origin !== undefined && isDeployed(origin.at, secret, records)) {
    return { earliest: origin.at, latest: origin.at, by: origin.by, recordedIn: "git" };
  }
  if (origin !== undefined) notes.add(NOT_DEPLOYED, name);
  return recordedByPulumi(secret, records);
}

const WITHOUT_DATE = {
  uncommitted: "Not committed, so its age is unknown: {}.",
  "left out":
    "This clone is shallow and lacks the commits that changed: {}. `git fetch --unshallow` gets them; in a workflow, fetch-depth: 0.",
  impossible:
    "The commit's date cannot be true, because it is in the future or later than the commit itself: {}.",
};
const NOT_DEPLOYED =
  "The config was changed after what is live was deployed: {}. The age counts from what is deployed; `pulumi up` deploys the change.";

/** Whether a commit of the stack's config is in what serves. */
export function isDeployed(
  committed: string,
  { worker: { uploaded } }: Pick<FoundSecret, "worker">,
  { live, updated }: Pick<Records, "live" | "updated">,
): boolean {
  const version = rolledBackTo(live, uploaded);
  if (version !== undefined) return isClearlyAfter(version, committed);
  if (uploaded === undefined) return true;
  // An update that changes nothing about a Worker uploads nothing, and shows that the config is deployed.
  return [uploaded, updated].some((time) => time !== undefined && !isClearlyAfter(committed, time));
}

/** When the version of the value was made that is deployed, unless an older upload serves that cannot have it. */
function recordedBySource({ declared, worker }: FoundSecret, { live }: Records): Change | undefined {
  const { created, by } = declared?.version ?? {};
  if (created === undefined) return undefined;
  const version = rolledBackTo(live, worker.uploaded);
  if (version !== undefined && !isClearlyAfter(version, created)) return undefined;
  return { earliest: created, latest: created, ...(by === undefined ? {} : { by }), recordedIn: "source" };
}

/**
 * The value changed no earlier than its first deploy and no later than the upload that serves, because each upload has
 * all secrets. During a rotation, the deploy that first had the previous value also brought the new one.
 */
function recordedByPulumi({ binding, declared, worker }: FoundSecret, { live }: Records): Change {
  const version = rolledBackTo(live, worker.uploaded);
  const latest = version ?? worker.uploaded;
  if (latest === undefined) return UNKNOWN;
  const previous = worker.declared.find((other) => other.binding === previousName(binding));
  const since = [declared?.created, previous?.created]
    // A deploy after the serving version says nothing about the values in that version.
    .filter((time) => time !== undefined && (version === undefined || time <= version))
    .sort()
    .at(-1);
  if (since === undefined) return { latest, recordedIn: "pulumi" };
  // Pulumi records a deploy later than the upload that was part of it.
  return { earliest: since < latest ? since : latest, latest, recordedIn: "pulumi" };
}

/**
 * Cloudflare records when a secret of the Worker was put or deleted on its own, but not which one. So the time is exact
 * only if there was one such edit. A secret that came with another tool's upload has no record.
 */
function recordedByCloudflare({ edits: read, live }: Records): Change {
  const since = servedSince(live);
  // An edit after the serving version is not live.
  const edits = read?.edits.filter(({ at }) => since === undefined || at <= since) ?? [];
  const latest = edits[0]?.at;
  if (latest === undefined) return UNKNOWN;
  if (read?.complete !== true) return { latest, recordedIn: "cloudflare" };
  const authors = new Set(edits.map(({ by }) => by));
  const [by] = authors;
  return {
    earliest: edits.at(-1)?.at ?? latest,
    latest,
    ...(authors.size === 1 && by !== undefined ? { by } : {}),
    recordedIn: "cloudflare",
  };
}
