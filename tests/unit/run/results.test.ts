import { countLine, failureTexts, skippedLines, slowestLines, type TestResult } from "../../run/results";

function result(name: string, state: TestResult["state"], more: Partial<TestResult> = {}): TestResult {
  return { file: "e2e/rotate/rotate", name, state, seconds: 1, ...more };
}

test("the closing line has the form that CI reads", () => {
  const tests = [result("a", "passed"), result("b", "failed"), result("c", "skipped"), result("d", "passed")];
  expect(countLine(tests)).toBe("2 passed, 1 failed, 1 skipped");
  expect(countLine([])).toBe("0 passed, 0 failed, 0 skipped");
});

test("the ten slowest tests are listed, the slowest first", () => {
  const tests = Array.from({ length: 12 }, (_, index) => result(`t${index}`, "passed", { seconds: index }));
  const lines = slowestLines(tests);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe("  11.0 s  e2e/rotate/rotate  t11");
  expect(lines[9]).toMatch(/t2$/);
});

test("skipped tests are listed with their reason, those of one file and reason on one line", () => {
  const why = { reason: "no plugin" };
  const tests = [result("a", "skipped", why), result("b", "skipped", why), result("c", "skipped")];
  expect(skippedLines(tests)).toEqual([
    "e2e/rotate/rotate: no plugin (2)",
    "e2e/rotate/rotate: no reason given (1)",
  ]);
});

test("a failure is shown with its output and its own frames, and a test that passed is not shown", () => {
  const reason = [
    "out",
    "",
    "Error: broken",
    "    at mine (/project/kit/json.ts:1:1)",
    "    at Test.run (node:internal/test_runner/test:796:25)",
    "    at run (/project/node_modules/jest-circus/build/runner.js:1:1)",
  ].join("\n");
  expect(failureTexts([result("a", "passed"), result("b", "failed", { reason })])).toEqual([
    "FAILED  e2e/rotate/rotate  b\n    out\n\n    Error: broken\n        at mine (/project/kit/json.ts:1:1)",
  ]);
});
