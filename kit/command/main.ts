import { commandLine } from "../../component/contract/command-line";
import { type Command, type Options, type Positionals, UsageError, type Values } from "./command";
import { help } from "./help";
import { fromSignals, Interrupted, type Interruption } from "./interruption";
import { parse } from "./parse";
import { explain } from "../explain";
import { visibleLines } from "../visible";

/** What a command receives in addition to its arguments. */
export interface Frame extends Interruption {
  /** Whether stdout shows colours. */
  readonly color: boolean;
  /** Prints a line on stdout. */
  readonly log: (line: string) => void;
  /** Prints text on stdout without adding a line end. */
  readonly onOutput: (text: string) => void;
}

/** How a command that runs in a child process is interrupted and ends. */
export interface Host {
  readonly interruption: Interruption;
  /** Printed after an interruption. */
  readonly farewell: string;
  /** Ends this process. */
  exit(code: number): void;
}

/**
 * Runs a command and handles `--help`, usage errors, interruption and other errors. The exit code is the result of
 * `work`, 1 if it throws, 2 for wrong arguments (`work` may throw a UsageError too), or 130 after an interruption.
 */
export async function main<P extends Positionals, O extends Options>(
  command: Command<P, O>,
  work: (values: Values<P, O>, frame: Frame) => Promise<number>,
  host: Host = ownProcess(),
): Promise<void> {
  host.exit(await run(command, work, host));
}

async function run<P extends Positionals, O extends Options>(
  command: Command<P, O>,
  work: (values: Values<P, O>, frame: Frame) => Promise<number>,
  { interruption, farewell }: Host,
): Promise<number> {
  const { interrupted } = interruption;
  try {
    const parsed = parse(command, process.argv.slice(2));
    switch (parsed.kind) {
      case "help":
        process.stdout.write(help(command));
        return 0;
      case "wrong":
        process.stderr.write(`${parsed.problems.join("\n")}\nSee ${commandLine(command.name, ["--help"])}\n`);
        return 2;
      case "right":
        return await work(parsed.values, {
          ...interruption,
          color: process.stdout.isTTY && !process.env.NO_COLOR,
          log: (line) => void process.stdout.write(`${line}\n`),
          onOutput: (text) => void process.stdout.write(text),
        });
    }
  } catch (error) {
    if (interrupted.aborted || error instanceof Interrupted) {
      process.stderr.write(`${farewell}\n`);
      return 130;
    }
    process.stderr.write(`${visibleLines(explain(error))}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function ownProcess(): Host {
  return {
    interruption: fromSignals(),
    farewell: "Interrupted.",
    // Exit once all output is written, even if an HTTP client waits for a retry and would keep this process alive.
    exit: (code) => process.stdout.write("", () => process.exit(code)),
  };
}
