export type Operation = "rotate" | "finish" | "rollback";

/** What the stack's config holds of a secret. Each step is one edit of it, and none forgets a value that is live. */
export interface Held {
  readonly current: string;
  /** What `current` has replaced: the Worker accepts it too. */
  readonly previous?: string | undefined;
  /** What the Worker shall accept no longer; kept until that is deployed. */
  readonly retired?: string | undefined;
  /** How far the rotation is: `<operation> pending` or `deployed <ISO 8601>`. */
  readonly mark?: string | undefined;
}

export interface Step {
  readonly operation: Operation;
  /** The config key, for messages. */
  readonly key: string;
  readonly now: Date;
  /** How long the previous value stays accepted after the deploy, at the least. */
  readonly graceMs: number;
}

/** An operation that makes no sense as things stand; its message says which does. */
export class Refused extends Error {}

/** Which operation is in the config and not known to be deployed. */
function pending(held: Held): Operation | undefined {
  const { mark, previous } = held;
  if (mark === undefined) {
    // Somebody has set it by hand.
    return previous === undefined ? undefined : "rotate";
  }
  const operation = /^(rotate|finish|rollback) pending$/.exec(mark)?.[1];
  return operation as Operation | undefined;
}

/** When the rotation was deployed. */
function deployedAt({ mark }: Held): Date | undefined {
  const time = /^deployed (.*)$/.exec(mark ?? "")?.[1];
  return time === undefined ? undefined : new Date(time);
}

/**
 * Whether the operation is in the config already, so that it is only to be deployed.
 *
 * @throws Refused where the operation cannot follow what is there
 */
export function isResumed(step: Step, held: Held): boolean {
  const { operation, key } = step;
  const under = pending(held);
  if (held.retired !== undefined && under !== "finish") {
    throw new Refused(
      `The config key ${key}-retired was not written by this command, which keeps a value there for a moment and then ` +
        `removes it. Give it another name, or remove it: pulumi config rm ${key}-retired`,
    );
  }
  if (under === operation) {
    return true;
  }
  const at = deployedAt(held);
  if (held.mark !== undefined && under === undefined && !(at !== undefined && at.getTime() > 0)) {
    throw new Refused(
      `The config key ${key}-rotation has a text that this command did not write: expected "deployed <time>" or ` +
        `"rotate pending". Set it to one of them, or remove it: pulumi config rm ${key}-rotation`,
    );
  }
  switch (operation) {
    case "rotate":
      refuseRotate(key, held, under);
      break;
    case "finish":
      refuseFinish(step, held, under, at);
      break;
    case "rollback":
      if (held.previous === undefined && held.retired === undefined) {
        throw new Refused(`There is no previous value of ${key} to go back to.`);
      }
  }
  return false;
}

function refuseRotate(key: string, { previous }: Held, under: Operation | undefined): void {
  if (under !== undefined) {
    throw new Refused(
      `A --${under} of ${key} is under way and not deployed. Run it again first: npm run rotate -- ${key} --${under}`,
    );
  }
  if (previous !== undefined) {
    throw new Refused(
      `The Worker still accepts the previous value of ${key}, and a third one would shut its callers out.\n` +
        `  - When they all use the new value: npm run rotate -- ${key} --finish\n` +
        `  - To go back to the previous value: npm run rotate -- ${key} --rollback`,
    );
  }
}

function refuseFinish(
  { key, now, graceMs }: Step,
  held: Held,
  under: Operation | undefined,
  at: Date | undefined,
): void {
  if (under !== undefined) {
    const again = under === "rotate" ? "" : ` --${under}`;
    throw new Refused(
      `The new value of ${key} is not known to be deployed, so no caller can use it yet. Run ` +
        `\`npm run rotate -- ${key}${again}\` again: it deploys what is in the config.`,
    );
  }
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

/** The config with the operation in it, before it is deployed. */
export function begin(operation: Operation, held: Held, newValue?: string): Held {
  const { current, previous, retired } = held;
  const mark = `${operation} pending`;
  switch (operation) {
    case "rotate":
      return { current: newValue ?? current, previous: current, mark };
    case "rollback":
      return { current: previous ?? retired ?? current, previous: current, mark };
    case "finish":
      return { current, retired: previous, mark };
  }
}

/** The config after its deploy. */
export function deployed(operation: Operation, held: Held, now: Date): Held {
  const { current, previous } = held;
  return operation === "finish" ? { current } : { current, previous, mark: `deployed ${now.toISOString()}` };
}
