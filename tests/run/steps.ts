import { spawn } from "node:child_process";
import { countLine, failureTexts, formatSeconds, indent, type TestResult } from "./results";

/** What a step leaves behind when it ends. */
export interface Outcome {
  readonly passed: boolean;
  /** What the step printed; shown only if it failed and no test explains why. */
  readonly output: string;
  readonly tests: readonly TestResult[];
}

export interface Step {
  readonly name: string;
  readonly run: () => Promise<Outcome>;
}

/** Runs a script of package.json and keeps what it prints. */
export async function runScript(name: string, args: readonly string[] = []): Promise<Outcome> {
  const child = spawn("npm", ["run", "--silent", name, "--", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  let output = "";
  const keep = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { passed: code === 0, output, tests: [] };
}

/** Runs the steps, `width` of them at a time, and prints a line for each as it ends. */
export async function runSteps(steps: readonly Step[], width: number): Promise<Outcome[]> {
  const waiting = [...steps];
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const started = performance.now();
      const outcome = await step.run().catch(failure);
      outcomes.push(outcome);
      print(step.name, outcome, (performance.now() - started) / 1000);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return outcomes;
}

function failure(error: unknown): Outcome {
  return { passed: false, output: error instanceof Error ? error.message : String(error), tests: [] };
}

function print(name: string, { passed, output, tests }: Outcome, seconds: number): void {
  const counted = tests.length === 0 ? "" : `   ${countLine(tests)}`;
  console.log(`${name.padEnd(8)}${passed ? "ok    " : "FAILED"}${formatSeconds(seconds)}${counted}`);
  if (passed) return;
  const failures = failureTexts(tests);
  console.log(failures.length > 0 ? failures.join("\n\n") : indent(output));
}
