import { commandLine } from "../../component/contract/command-line";
import { stackOption } from "../../kit/pulumi-command";
import { chosenStack } from "../../kit/pulumi-cli";
import { quoted } from "../../kit/quoted";
import { visible } from "../../kit/visible";
import { type Comparison, isEditable } from "./compare";
import { lines, question } from "./lines";
import { type Look, type LookOptions, StackOfWorkers } from "./stack-of-workers";

export interface RepairOptions extends LookOptions {
  /** The name of a script or of a resource; undefined means all Workers of the stack. */
  readonly worker: string | undefined;
  /** The value of `--stack`; undefined means the selected stack. */
  readonly stack: string | undefined;
  /** Whether to edit secrets without asking. */
  readonly yes: boolean;
  /** Receives a line for each thing to say. */
  readonly log: (line: string) => void;
}

/**
 * Shows how the Workers of a stack differ from what it declares, asks, and edits their secrets.
 *
 * @returns whether all are as declared then
 */
export async function repair(options: RepairOptions): Promise<boolean> {
  const { worker, log } = options;
  const stack = await chosenStack(options.cli, options.stack);
  const workers = new StackOfWorkers(stack, worker, options);
  const found = await workers.look();
  if (found.comparisons.length === 0) log(`Stack ${visible(stack)} has deployed no Worker.`);
  print(found, log);
  const wanted = await agreed(found, stack, workers, options);
  if (wanted.length === 0) return found.comparisons.every(({ isAsDeclared }) => isAsDeclared);
  const mended = await workers.mend(wanted);
  const isNew = (note: string) => !found.notes.includes(note);
  print({ ...mended, notes: mended.notes.filter(isNew) }, log, false);
  const rest = found.comparisons.filter((comparison) => !isEditable(comparison));
  return [...rest, ...mended.comparisons].every(({ isAsDeclared }) => isAsDeclared);
}

/** @returns the Workers to edit; none if there is nothing to edit, or the answer is not yes */
async function agreed(
  found: Look,
  stack: string,
  workers: StackOfWorkers,
  { worker, yes, hidden, interrupted, log }: RepairOptions,
): Promise<readonly Comparison[]> {
  const wanted = found.comparisons.filter(isEditable);
  if (wanted.length === 0 || yes) return wanted;
  if (hidden === undefined) {
    const words = [...(worker === undefined ? [] : [worker]), ...stackOption(stack), "--yes"];
    log(
      "Dry run: nothing was changed, because there is no terminal to ask on. To do it: " +
        commandLine("repair", words.map(quoted)),
    );
    return [];
  }
  if (!(await hidden.confirm(question(wanted, stack), interrupted))) {
    log("Nothing was changed.");
    return [];
  }
  // Until the answer, a deploy may have made another secret live, or declared another value.
  const again = await workers.look();
  if (lines(again.comparisons, true).join("\n") === lines(found.comparisons, true).join("\n")) {
    return again.comparisons.filter(isEditable);
  }
  log(
    "Nothing was changed, because what is live or declared has changed since it was printed. Run this again.",
  );
  return [];
}

function print({ comparisons, notes }: Look, log: RepairOptions["log"], isPlan = true): void {
  for (const line of lines(comparisons, isPlan)) log(line);
  for (const note of notes) log(`- ${note}`);
}
