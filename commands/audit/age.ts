import type { AuditedSecret, Change } from "./report";
import { CLOCK_SKEW_MS } from "./time";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The minimum age, and whether it exceeds `maxAge` days; `unknown` if the records do not say. */
export function ageOf(
  { earliest, latest }: Change,
  maxAge: number | undefined,
  now: Date,
): Pick<AuditedSecret, "age" | "overdue"> {
  const [most, least] = [daysSince(now, earliest), daysSince(now, latest)];
  const age = least === undefined ? {} : { age: least };
  if (maxAge === undefined) return { ...age, overdue: false };
  if (least !== undefined && least > maxAge) return { ...age, overdue: true };
  const certain = least !== undefined && most !== undefined && most <= maxAge;
  return { ...age, overdue: certain ? false : "unknown" };
}

/** The age in whole days; undefined if the time is unknown or, impossibly, in the future. */
function daysSince(now: Date, time: string | undefined): number | undefined {
  const elapsed = time === undefined ? NaN : now.getTime() - Date.parse(time);
  return elapsed >= -CLOCK_SKEW_MS ? Math.max(0, Math.floor(elapsed / DAY_MS)) : undefined;
}
