import { configKey, parseSource } from "../../component/contract/source";
import type { FoundSecret } from "./compare";
import type { ConfigHistory } from "./config-history";
import type { Edits } from "./live";
import type { Notes } from "./notes";
import type { AuditedSecret, Change } from "./report";

const DAY_MS = 24 * 60 * 60 * 1000;
const UNKNOWN: Change = { recordedIn: "unknown" };

/** Whether no deploy of the stack changes it, because the program does not have its value: then Cloudflare may know. */
export function isByHand({ state, source }: FoundSecret): boolean {
  return state === "undeclared" || (state === "live" && source === "inherited");
}

/**
 * When a secret's value was last changed, from the best of what is recorded.
 *
 * @param history of the stack's config; undefined where there is none to be had
 * @param edits of the Worker's secrets by hand; undefined where nobody was asked
 */
export function changeOf(
  secret: FoundSecret,
  history: ConfigHistory | undefined,
  edits: Edits | undefined,
  notes: Notes,
): Change {
  const { source, declared, worker } = secret;
  if (parseSource(source).kind === "secrets-store") {
    // It is changed in the store, and neither the Worker nor Pulumi hears of it.
    return UNKNOWN;
  }
  if (declared === undefined || declared.type === "inherit") {
    return isByHand(secret) ? recordedByCloudflare(edits) : UNKNOWN;
  }
  const key = configKey(source);
  if (key !== undefined && history === undefined) {
    return UNKNOWN;
  }
  // Undefined for a key that the stack's file does not have: it comes from an environment of Pulumi ESC, say.
  const origin = key === undefined ? undefined : history?.(key);
  if (origin === undefined) {
    return recordedByPulumi(secret);
  }
  if (typeof origin === "string") {
    notes.add(WITHOUT_DATE[origin], `${key} (${worker.environment})`);
    return UNKNOWN;
  }
  return { earliest: origin.at, latest: origin.at, by: origin.by, recordedIn: "git" };
}

const WITHOUT_DATE = {
  uncommitted: "Not committed, and so without a date: {}.",
  "left out":
    "This clone is shallow and leaves out when these were changed: {}. `git fetch --unshallow` gets it; in a workflow, fetch-depth: 0.",
};

/** Not before it was first deployed, and not after the script's last upload, because each upload has all secrets. */
function recordedByPulumi({ declared, worker: { uploaded } }: FoundSecret): Change {
  const created = declared?.created;
  if (uploaded === undefined) return UNKNOWN;
  if (created === undefined) return { latest: uploaded, recordedIn: "pulumi" };
  // It is recorded after the upload that it was first in.
  return { earliest: created < uploaded ? created : uploaded, latest: uploaded, recordedIn: "pulumi" };
}

/**
 * Cloudflare tells when somebody put or deleted a secret of the Worker by itself, and not which. So this is exact where
 * it was done once. A secret that came with an upload of another tool has no record here.
 */
function recordedByCloudflare(edits: Edits | undefined): Change {
  const latest = edits?.edits[0]?.at;
  if (edits === undefined || latest === undefined) return UNKNOWN;
  if (!edits.complete) return { latest, recordedIn: "cloudflare" };
  const authors = new Set(edits.edits.map(({ by }) => by));
  const [by] = authors;
  return {
    earliest: edits.edits.at(-1)?.at ?? latest,
    latest,
    ...(authors.size === 1 && by !== undefined ? { by } : {}),
    recordedIn: "cloudflare",
  };
}

/** Whole days since then, never less than 0. */
function daysSince(now: Date, moment: string): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(moment)) / DAY_MS));
}

/** The age at the least, and whether it is more than `maxAge` days; `unknown` where the record does not tell. */
export function ageOf(
  { earliest, latest }: Change,
  maxAge: number | undefined,
  now: Date,
): Pick<AuditedSecret, "age" | "overdue"> {
  const age = latest === undefined ? {} : { age: daysSince(now, latest) };
  if (maxAge === undefined) return { ...age, overdue: false };
  if (age.age !== undefined && age.age > maxAge) return { ...age, overdue: true };
  const certain = earliest !== undefined && daysSince(now, earliest) <= maxAge;
  return { ...age, overdue: certain ? false : "unknown" };
}
