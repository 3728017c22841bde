import { RunError } from "@pulumi/pulumi";
import type { PreviousFor } from "../../component/contract/source-options";

const DEFAULT_DAYS = 7;

const DAY_MS = 24 * 60 * 60 * 1000;

/** @throws RunError if it is not a number of days */
export function daysOf({ previousFor = DEFAULT_DAYS }: PreviousFor, user: string): number {
  if (typeof previousFor === "number" && previousFor >= 0) return previousFor;
  throw new RunError(`${user}: previousFor: expected a number of days, 0 for no previous value.`);
}

/**
 * Whether the version before is still to be accepted. The newer of the two dates counts, because after a rollback the
 * version before is the newer one.
 *
 * @param dates when the two versions were made, ISO 8601
 */
export function isAccepted(dates: readonly (string | undefined)[], days: number, now = Date.now()): boolean {
  const times = dates.flatMap((date) => (date === undefined ? [] : [Date.parse(date)]));
  return now < Math.max(...times) + days * DAY_MS;
}
