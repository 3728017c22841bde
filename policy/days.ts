const DAY = 24 * 60 * 60 * 1000;

/**
 * How many days a time is from now; negative if it is past.
 *
 * @param time ISO 8601
 * @returns undefined if it is no time
 */
export function daysUntil(time: string): number | undefined {
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : (milliseconds - Date.now()) / DAY;
}
