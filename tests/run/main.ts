import * as os from "node:os";
import { killFamily } from "../../kit/kill-family";
import { findFiles, runFiles } from "./e2e";
import { countLine, skippedLines, slowestLines } from "./results";
import { type Outcome, runScript, runSteps, type Step } from "./steps";
import { runUnitTests } from "./unit";

const CHECKS: Step[] = ["lint", "docs", "types", "unused", "format"].map((name) => ({
  name,
  run: () => runScript(name),
}));
const UNIT: Step = { name: "unit", run: runUnitTests };

function endToEnd(room?: string): Step {
  return { name: "e2e", run: async () => runFiles(await findFiles(room)) };
}

/** `npm test`, `npm run check` and `npm run test:e2e -- <room>`. One run tells all that is wrong: no step stops it. */
async function main([command, room]: readonly string[]): Promise<Outcome[]> {
  // These compute and hardly wait.
  const cores = os.availableParallelism();
  if (command === "check") return runSteps(CHECKS, cores);
  if (command === "e2e") return runSteps([endToEnd(room)], 1);
  return [...(await runSteps([UNIT, ...CHECKS], cores)), ...(await runSteps([endToEnd()], 1))];
}

function summarize(outcomes: readonly Outcome[]): void {
  const tests = outcomes.flatMap((outcome) => outcome.tests);
  if (tests.length === 0) return;
  const skipped = skippedLines(tests);
  if (skipped.length > 0) console.log(["", "Skipped", ...skipped].join("\n"));
  console.log(["", "Slowest", ...slowestLines(tests), "", countLine(tests)].join("\n"));
}

// The tests' engines and Workers are in process groups of their own, which Ctrl-C does not reach.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    killFamily(process.pid);
    process.exit(128 + os.constants.signals[signal]);
  });
}

void main(process.argv.slice(2)).then((outcomes) => {
  summarize(outcomes);
  process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
});
