import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import { findTools } from "../../harness/tools";
import { quickenEngine } from "./quick-engine";
import { quickenProcesses } from "./quick-processes";
import { formatSeconds, type TestResult } from "./results";
import type { Outcome } from "./steps";

const TESTS = path.join(__dirname, "..");
const E2E = path.join(TESTS, "e2e");

/** A file waits for a seventh of its time, so one file more than there are cores keeps all of them busy. */
const FILES_BESIDES = 1;

/** Those that took longest, measured. The first ones also install or build what they test with, for a while on one core. */
const LONGEST = [
  "languages/examples",
  "clients/wrangler/data",
  "adopt/configurations",
  "package/installed",
  "rotate/interrupted",
  "rotate/rotate",
  "local/dev",
  "local/other-projects",
  "clients/wrangler/versions",
  "clients/wrangler/deploy",
  "component/verification",
  "audit/faults",
  "audit/audit",
].map((place) => path.join(E2E, `${place}.test.ts`));

/**
 * Finds the end-to-end tests of a room, or all of them; the slowest files come first, because one that starts last would run
 * alone. Of those that are not known to be slow, the largest come first.
 *
 * @param room a folder of tests/e2e, or a file in it: `rotate` or `rotate/interrupted`
 */
export async function findFiles(room = ""): Promise<string[]> {
  const names = (await fs.readdir(E2E, { recursive: true })).filter((name) => name.endsWith(".test.ts"));
  const unknown = LONGEST.filter((file) => !names.includes(path.relative(E2E, file)));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(", ")}: correct LONGEST`);
  const wanted = names.filter((name) => {
    const place = name.split(path.sep).join("/");
    return room === "" || place.startsWith(`${room}/`) || place === `${room}.test.ts`;
  });
  if (wanted.length === 0) {
    const rooms = new Set(names.map((name) => path.dirname(name)));
    throw new Error(`tests/e2e/${room} has no tests. The rooms are: ${[...rooms].sort().join(", ")}`);
  }
  const files = wanted.map((name) => path.join(E2E, name));
  const sized = await Promise.all(files.map(async (file) => ({ file, size: (await fs.stat(file)).size })));
  const bySize = sized.sort((a, b) => b.size - a.size).map(({ file }) => file);
  return [
    ...LONGEST.filter((file) => files.includes(file)),
    ...bySize.filter((file) => !LONGEST.includes(file)),
  ];
}

/** Finds the engine and the provider once, so that no test file looks for them on the network again. */
async function shareTools(): Promise<void> {
  const { engine, provider } = await findTools();
  console.log(`Engine    pulumi ${engine.version} (${engine.origin})`);
  console.log(`Provider  ${provider.reason}`);
  process.env.CLOUDFLARE_PROVIDER = provider.kind;
  await quickenEngine(engine, process.env);
}

/** Runs the test files side by side, each in a process of its own, and prints a line for each file as it ends. */
export async function runFiles(files: readonly string[]): Promise<Outcome> {
  await shareTools();
  quickenProcesses(process.env);
  const collected = new Collector();
  const concurrency = os.availableParallelism() + FILES_BESIDES;
  const events = run({ files, concurrency }) as AsyncIterable<TestEvent>;
  for await (const event of events) collected.take(event);
  const { tests } = collected;
  return { passed: tests.every(({ state }) => state !== "failed"), output: "", tests };
}

class Collector {
  readonly tests: TestResult[] = [];
  /** What a file printed since its current test began. */
  readonly #printed = new Map<string, string>();

  take(event: TestEvent): void {
    switch (event.type) {
      case "test:complete":
        // Unlike all others, a file's own completion is not held back until the files before it have ended.
        if (event.data.name === event.data.file) printFile(event.data);
        break;
      case "test:stdout":
      case "test:stderr":
        this.#printed.set(
          event.data.file,
          `${this.#printed.get(event.data.file) ?? ""}${event.data.message}`,
        );
        break;
      case "test:dequeue":
        if (event.data.nesting === 0) this.#printed.delete(event.data.file ?? "");
        break;
      case "test:pass":
      case "test:fail":
        this.#add(event);
    }
  }

  #add(event: Extract<TestEvent, { type: "test:pass" | "test:fail" }>): void {
    const { name, file = "", details, skip } = event.data;
    const base = {
      file: placeOf(file),
      name: name === file ? "(the file itself)" : name,
      seconds: details.duration_ms / 1000,
    };
    if (skip !== undefined) {
      this.tests.push({ ...base, state: "skipped", reason: typeof skip === "string" ? skip : undefined });
    } else if (event.type === "test:pass") {
      this.tests.push({ ...base, state: "passed" });
    } else {
      const { cause } = event.data.details.error;
      const reason = `${this.#printed.get(file) ?? ""}${typeof cause === "string" ? cause : inspect(cause)}`;
      this.tests.push({ ...base, state: "failed", reason });
    }
  }
}

function printFile({ file = "", details }: Extract<TestEvent, { type: "test:complete" }>["data"]): void {
  const state = details.passed ? "ok    " : "FAILED";
  console.log(`  ${state}${formatSeconds(details.duration_ms / 1000)}  ${placeOf(file)}`);
}

/** `e2e/rotate/rotate` */
function placeOf(file: string): string {
  return path.relative(TESTS, file).replace(/\.test\.ts$/, "");
}
