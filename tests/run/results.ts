/** How one test ended, whichever runner ran it. */
export interface TestResult {
  /** The file below tests/, without its extension: `e2e/rotate/rotate`. */
  readonly file: string;
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly seconds: number;
  /** Why it was skipped, or everything that explains the failure. */
  readonly reason?: string | undefined;
}

const SLOWEST = 10;

/** A line of a stack that only says how a test runner came to call the test. */
const FRAME_OF_A_RUNNER = /^ +at .*(?:node_modules.jest-|node:internal|node:async_hooks|new Promise).*\n?/gm;

/** `3 passed, 0 failed, 1 skipped`. CI reads this line, so its form must not change. */
export function countLine(tests: readonly TestResult[]): string {
  const count = (state: TestResult["state"]) => tests.filter((test) => test.state === state).length;
  return `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`;
}

export function slowestLines(tests: readonly TestResult[]): string[] {
  const slowest = tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  return slowest.map(({ seconds, file, name }) => `${formatSeconds(seconds)}  ${file}  ${name}`);
}

/** One line for each reason, because a whole file is often skipped for the same one. */
export function skippedLines(tests: readonly TestResult[]): string[] {
  const counts = new Map<string, number>();
  for (const { state, file, reason = "no reason given" } of tests) {
    if (state !== "skipped") continue;
    const line = `${file}: ${reason}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `${line} (${count})`);
}

export function failureTexts(tests: readonly TestResult[]): string[] {
  return tests
    .filter(({ state }) => state === "failed")
    .map(({ file, name, reason = "" }) => {
      return `FAILED  ${file}  ${name}\n${indent(reason.replaceAll(FRAME_OF_A_RUNNER, ""))}`;
    });
}

export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`.padStart(8);
}

export function indent(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, "    ");
}
