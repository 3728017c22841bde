import type { Command, Options, Positionals, Values } from "./command";
import { help } from "./help";
import { fromSignals, Interrupted, type Interruption } from "./interruption";
import { parse } from "./parse";
import { visibleLines } from "../visible";

/** What a command's work gets besides its arguments. */
export interface Frame extends Interruption {
  /** Whether stdout shows colours. */
  readonly color: boolean;
  /** Prints a line on stdout. */
  readonly log: (line: string) => void;
  /** Prints on stdout as it is. */
  readonly onOutput: (text: string) => void;
}

/** The process of a command that another one has started. */
export interface Host {
  readonly interruption: Interruption;
  /** Printed when the command was interrupted. */
  readonly farewell: string;
  /** Ends this process. */
  exit(code: number): void;
}

/**
 * Runs a command: its `--help`, its usage errors, its interruption, its errors and its exit code, which is what `work`
 * returns, 1 if that fails, 2 if an argument is wrong, or 130 if it was interrupted half-way.
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
        process.stderr.write(`${parsed.problems.join("\n")}\nSee ${command.call} -- --help\n`);
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
    // Pulumi's SDK takes a second to load.
    // eslint-disable-next-line boundaries/no-unknown-dependencies -- the rule does not find ./x.ts behind ./x.js
    const { explain } = await import("../explain.js");
    process.stderr.write(`${visibleLines(explain(error))}\n`);
    return 1;
  }
}

function ownProcess(): Host {
  return {
    interruption: fromSignals(),
    farewell: "Interrupted.",
    // Once all is written; a client that waits to ask again would hold this process.
    exit: (code) => process.stdout.write("", () => process.exit(code)),
  };
}
