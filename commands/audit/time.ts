import * as z from "zod";

/** How far the clocks of two machines may differ: the author's, the deployer's and Cloudflare's. */
export const CLOCK_SKEW_MS = 5 * 60 * 1000;

/** The time as ISO 8601 UTC, so that strings sort; undefined if it cannot be parsed. */
export function isoTime(time: unknown): string | undefined {
  const parsed = typeof time === "string" ? Date.parse(time) : NaN;
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString();
}

/** A required time: an answer without it is rejected. */
export const TIME = z.string().transform(isoTime).pipe(z.string());

/** @returns whether the first time is later than the second one by more than the clocks may differ */
export function isClearlyAfter(time: string, other: string): boolean {
  return Date.parse(time) > Date.parse(other) + CLOCK_SKEW_MS;
}
