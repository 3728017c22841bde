import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import type { TestResult } from "./results";
import { type Outcome, runScript } from "./steps";

/** The part that is read here of what `jest --json` writes. */
interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number | null;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const TESTS = path.join(__dirname, "..");

/** Runs the unit tests and the check of their coverage. */
export async function runUnitTests(): Promise<Outcome> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "unit-tests-"));
  try {
    const file = path.join(folder, "report.json");
    const { passed, output } = await runScript("test:unit", ["--json", `--outputFile=${file}`]);
    const text = await fs.readFile(file, "utf8").catch(() => '{"testResults":[]}');
    return { passed, output, tests: readReport(JSON.parse(text) as JestReport) };
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

function readReport({ testResults }: JestReport): TestResult[] {
  return testResults.flatMap(({ name, message, status, assertionResults }) => {
    const file = path.relative(TESTS, name).replace(/\.test\.ts$/, "");
    // A file that does not load has no tests, and must not pass for it.
    if (status === "failed" && assertionResults.length === 0) {
      return [{ file, name: "(the file does not load)", state: "failed", seconds: 0, reason: message }];
    }
    return assertionResults.map((test) => ({
      file,
      name: test.fullName,
      state: test.status === "passed" || test.status === "failed" ? test.status : "skipped",
      seconds: (test.duration ?? 0) / 1000,
      reason: test.failureMessages.join("\n") || undefined,
    }));
  });
}
