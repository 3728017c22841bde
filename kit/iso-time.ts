import * as z from "zod";

/** The time as ISO 8601 UTC, so that strings sort; undefined if it cannot be parsed. */
export function isoTime(time: unknown): string | undefined {
  const parsed = typeof time === "string" ? Date.parse(time) : NaN;
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString();
}

/** A required time: an answer without it is rejected. */
export const TIME = z.string().transform(isoTime).pipe(z.string());
