import { waitOf } from "../../../kit/retry-rules";

describe("the wait before the next try", () => {
  test.each([
    [1, 500],
    [2, 1000],
    [3, 2000],
    [4, 4000],
    [5, 8000],
    [10, 8000],
  ])("after %i tries is %i ms, less up to a quarter", (tried, most) => {
    const waits = Array.from({ length: 100 }, () => waitOf(tried));
    expect(Math.max(...waits)).toBeLessThanOrEqual(most);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0.75 * most);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
  test.each<[string, Record<string, string>, number, number]>([
    ["seconds", { "retry-after": "7" }, 7000, 7000],
    ["no wait", { "retry-after": "0" }, 0, 0],
    ["milliseconds, which come first", { "retry-after-ms": "20", "retry-after": "7" }, 20, 20],
    ["a date", { "retry-after": inAnHour }, 3_500_000, 3_600_000],
    ["a date in the past", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, 0, 0],
    ["a wait below zero", { "retry-after": "-1" }, 0, 0],
    ["what cannot be parsed", { "retry-after": "soon", "retry-after-ms": "x" }, 375, 500],
  ])("is what the answer asks for: %s", (_, headers, least, most) => {
    const wait = waitOf(1, new Headers(headers));
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(most);
  });
});
