/** How far the clocks of two machines may differ: the author's, the deployer's and Cloudflare's. */
export const CLOCK_SKEW_MS = 5 * 60 * 1000;

/** @returns whether the first time is later than the second one by more than the clocks may differ */
export function isClearlyAfter(time: string, other: string): boolean {
  return Date.parse(time) > Date.parse(other) + CLOCK_SKEW_MS;
}
