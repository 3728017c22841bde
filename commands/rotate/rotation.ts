import { previousKey } from "../../component/contract/previous-names";
import { rotateCommand, type Target } from "./again";
import { removeCommand } from "./slots";

export type Operation = "rotate" | "finish" | "rollback";

/** A secret in the stack's config. Each step is one edit, and no step loses a live value. */
export interface Held {
  readonly current: string;
  /** The value that `current` replaced. The Worker still accepts it. */
  readonly previous?: string | undefined;
  /** A value that the Worker should no longer accept. It is kept until that is deployed. */
  readonly retired?: string | undefined;
  /** The progress of the rotation: `<operation> pending` or `deployed <ISO 8601>`. */
  readonly mark?: string | undefined;
}

export interface Step extends Target {
  readonly operation: Operation;
  readonly now: Date;
  /** The minimum time after the deploy during which the previous value stays accepted. */
  readonly graceMs: number;
}

/** How an operation changes the config before the deploy. */
export type Plan =
  /** Replaces the current value with a new one. */
  | { readonly kind: "replace"; readonly next: (newValue: string) => Held }
  /** Puts the operation into the config. */
  | { readonly kind: "begin"; readonly next: Held }
  /** Changes nothing: the operation is already in the config and only needs a deploy. */
  | { readonly kind: "resume" };

/** An operation that is not possible now. The message names one that is. */
export class Refused extends Error {}

/**
 * Plans an operation from the content of the config.
 *
 * @throws Refused if the operation is not possible now
 */
export function plan(step: Step, held: Held): Plan {
  const under = pending(held);
  refuseForeignKeys(step, held, under);
  if (under === step.operation) return { kind: "resume" };
  const { current, previous, retired } = held;
  const mark = `${step.operation} pending`;
  switch (step.operation) {
    case "rotate":
      refuseRotate(step, held, under);
      return { kind: "replace", next: (newValue) => ({ current: newValue, previous: current, mark }) };
    case "finish":
      refuseFinish(step, held, under);
      return { kind: "begin", next: { current, retired: previous, mark } };
    case "rollback": {
      const back = previous ?? retired;
      if (back === undefined) throw new Refused(`There is no previous value of ${step.key} to go back to.`);
      return { kind: "begin", next: { current: back, previous: current, mark } };
    }
  }
}

/** The config after the deploy. */
export function deployed(operation: Operation, held: Held, now: Date): Held {
  const { current, previous } = held;
  return operation === "finish" ? { current } : { current, previous, mark: `deployed ${now.toISOString()}` };
}

/** The operation that is in the config but not known to be deployed. */
function pending({ mark, previous }: Held): Operation | undefined {
  if (mark === undefined) {
    // The previous value was set by hand.
    return previous === undefined ? undefined : "rotate";
  }
  return /^(rotate|finish|rollback) pending$/.exec(mark)?.[1] as Operation | undefined;
}

/** When the rotation was deployed; undefined if it was not, or if the mark has no valid time. */
function deployedAt({ mark }: Held): Date | undefined {
  const at = new Date(/^deployed (.*)$/.exec(mark ?? "")?.[1] ?? "");
  return at.getTime() > 0 ? at : undefined;
}

/** Refuses config keys that have this command's suffixes but were not written by it. */
function refuseForeignKeys(step: Step, held: Held, under: Operation | undefined): void {
  const { key } = step;
  if (held.retired !== undefined && under !== "finish") {
    throw new Refused(
      `The config key ${key}-retired was not written by this command, which keeps a value there for a moment and then ` +
        `removes it. Give it another name, or remove it: ${removeCommand(step, "retired")}`,
    );
  }
  if (held.previous !== undefined && under === "finish") {
    throw new Refused(
      `The config key ${previousKey(key)} was set while a --finish of ${key} is under way, which keeps that value in ` +
        `${key}-retired. Remove it: ${removeCommand(step, "previous")}`,
    );
  }
  if (held.mark !== undefined && under === undefined && deployedAt(held) === undefined) {
    throw new Refused(
      `The config key ${key}-rotation has a text that this command did not write: expected "deployed <time>" or ` +
        `"rotate pending". Set it to one of them, or remove it: ` +
        removeCommand(step, "mark"),
    );
  }
}

function refuseRotate(step: Step, { previous }: Held, under: Operation | undefined): void {
  if (under === "finish" || under === "rollback") {
    throw new Refused(
      `A --${under} of ${step.key} is under way and not deployed. Run it again first: ` +
        rotateCommand(step, `--${under}`),
    );
  }
  if (previous !== undefined) {
    throw new Refused(
      `The Worker still accepts the previous value of ${step.key}, and a third one would lock its callers out.\n` +
        `  - When they all use the new value: ${rotateCommand(step, "--finish")}\n` +
        `  - To go back to the previous value: ${rotateCommand(step, "--rollback")}`,
    );
  }
}

function refuseFinish(step: Step, held: Held, under: Operation | undefined): void {
  const { key, now, graceMs } = step;
  if (under === "rotate" || under === "rollback") {
    const again = under === "rotate" ? rotateCommand(step) : rotateCommand(step, "--rollback");
    throw new Refused(
      `The new value of ${key} is not known to be deployed, so no caller can use it yet. Run \`${again}\` again: it ` +
        "deploys what is in the config.",
    );
  }
  const at = deployedAt(held);
  if (at === undefined || held.previous === undefined) {
    throw new Refused(`There is no previous value of ${key} to drop.`);
  }
  const over = new Date(at.getTime() + graceMs);
  if (now < over) {
    throw new Refused(
      `The previous value of ${key} was replaced at ${at.toISOString()} and stays accepted until ` +
        `${over.toISOString()}, so that callers can change. Run this again then, or set a shorter --grace.`,
    );
  }
}
