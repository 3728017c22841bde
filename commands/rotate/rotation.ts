import { pulumiCommand, rotateCommand, type Target } from "./again";

export type Operation = "rotate" | "finish" | "rollback";

/** What the stack's config holds of a secret. Each step is one edit of it, and none forgets a value that is live. */
export interface Held {
  readonly current: string;
  /** The value that `current` has replaced. The Worker accepts it too. */
  readonly previous?: string | undefined;
  /** The value that the Worker is to accept no longer. It is kept until that is deployed. */
  readonly retired?: string | undefined;
  /** How far the rotation is: `<operation> pending` or `deployed <ISO 8601>`. */
  readonly mark?: string | undefined;
}

export interface Step extends Target {
  readonly operation: Operation;
  readonly now: Date;
  /** How long the previous value stays accepted after the deploy, at the least. */
  readonly graceMs: number;
}

/** What an operation does to the config, before the deploy. */
export type Plan =
  /** Replaces the current value with a new one. */
  | { readonly kind: "replace"; readonly next: (newValue: string) => Held }
  /** Puts the operation into the config. */
  | { readonly kind: "begin"; readonly next: Held }
  /** Nothing: the operation is in the config already, and only has to be deployed. */
  | { readonly kind: "resume" };

/** An operation that makes no sense as things stand. The message names the one that does. */
export class Refused extends Error {}

/**
 * Plans an operation on what the config holds.
 *
 * @throws Refused if the operation cannot follow
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

/** The operation that is in the config and not known to be deployed. */
function pending({ mark, previous }: Held): Operation | undefined {
  if (mark === undefined) {
    // The previous value was set by hand.
    return previous === undefined ? undefined : "rotate";
  }
  return /^(rotate|finish|rollback) pending$/.exec(mark)?.[1] as Operation | undefined;
}

/** When the rotation was deployed; undefined if it was not, or if the mark holds no time. */
function deployedAt({ mark }: Held): Date | undefined {
  const at = new Date(/^deployed (.*)$/.exec(mark ?? "")?.[1] ?? "");
  return at.getTime() > 0 ? at : undefined;
}

/** Refuses config keys that look like this command's, and that it did not write. */
function refuseForeignKeys(step: Step, held: Held, under: Operation | undefined): void {
  const { key } = step;
  if (held.retired !== undefined && under !== "finish") {
    throw new Refused(
      `The config key ${key}-retired was not written by this command, which keeps a value there for a moment and then ` +
        `removes it. Give it another name, or remove it: ${pulumiCommand(step, "config", "rm", `${key}-retired`)}`,
    );
  }
  if (held.mark !== undefined && under === undefined && deployedAt(held) === undefined) {
    throw new Refused(
      `The config key ${key}-rotation has a text that this command did not write: expected "deployed <time>" or ` +
        `"rotate pending". Set it to one of them, or remove it: ` +
        pulumiCommand(step, "config", "rm", `${key}-rotation`),
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
