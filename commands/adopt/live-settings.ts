import { isDeepStrictEqual } from "node:util";
import { camelCase, camelCased, type JsonRecord } from "./json";
import type { LeftOut } from "./left-out";
import type { LiveWorker } from "./live";

/** Settings that the API and the component share, by the API's names. */
const SETTINGS = [
  "compatibility_date",
  "compatibility_flags",
  "limits",
  "logpush",
  "observability",
  "tail_consumers",
];
/** What the API says of a Worker besides, which is not a setting. */
const NOT_SETTINGS = ["usage_model", "annotations", "migrations", "migration_tag", "etag"];

/** The settings of a live Worker, as arguments of the component. */
export function liveSettings({ settings }: LiveWorker): JsonRecord {
  return camelCased(
    Object.fromEntries(SETTINGS.filter((key) => !isUnset(settings[key])).map((key) => [key, settings[key]])),
  ) as JsonRecord;
}

/** Settings of a live Worker that the component has no argument for, or that cannot be taken as they are. */
export function otherSettings({ settings }: LiveWorker): LeftOut[] {
  return Object.entries(settings)
    .filter(([key, value]) => ![...SETTINGS, ...NOT_SETTINGS].includes(key) && !isUnset(value))
    .filter(([key, value]) => key !== "tags" || !isWranglers(value))
    .map(([key]) => ({ key, why: "it is set on the live Worker: declare it, or a deploy takes it away" }));
}

/** Compares the settings of the configuration with those of the live Worker. */
export function changedSettings(declared: JsonRecord, live: LiveWorker): LeftOut[] {
  const there = liveSettings(live);
  const isSame = (key: string) =>
    isDeepStrictEqual(there[key], declared[key]) || (isUnset(there[key]) && isUnset(declared[key]));
  return [
    ...SETTINGS.filter((key) => !isSame(camelCase(key))).map((key) => ({
      key,
      why: "the live Worker's is another one, and a deploy sets the configuration's",
    })),
    ...otherSettings(live).filter(({ key }) => declared[camelCase(key)] === undefined),
  ];
}

/** Wrangler tags the Worker of an environment: `cf:environment=staging`. */
function isWranglers(tags: unknown): boolean {
  return Array.isArray(tags) && tags.every((tag) => String(tag).startsWith("cf:"));
}

/** What the API answers for a setting that was never made. */
function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
