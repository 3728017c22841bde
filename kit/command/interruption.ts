import { once } from "node:events";

/** The user ended the command with Ctrl-C, or with Ctrl-D at a question. */
export class Interrupted extends Error {}

/** Signals that tell a command to stop. */
export interface Interruption {
  /** Aborts when the command is to stop, whatever the reason. */
  readonly interrupted: AbortSignal;
  /**
   * Aborts when only this process was told to stop. Ctrl-C on a terminal also reaches the child processes, which then
   * stop gracefully by themselves.
   */
  readonly terminated: AbortSignal;
}

/** Reacts to Ctrl-C, SIGTERM, SIGHUP, and a reader of the output that goes away, as with `| head`. */
export function fromSignals(): Interruption {
  const interrupted = new AbortController();
  const terminated = new AbortController();
  process.on("SIGINT", () => {
    interrupted.abort();
  });
  const terminate = () => {
    interrupted.abort();
    terminated.abort();
  };
  process.on("SIGTERM", terminate).on("SIGHUP", terminate);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", terminate);
  }
  return { interrupted: interrupted.signal, terminated: terminated.signal };
}

/** Waits for work that cannot be stopped, but only until the command is interrupted. */
export async function untilInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  const interruption = once(signal, "abort", { signal: over.signal }).then(() => {
    throw new Interrupted();
  });
  try {
    return await Promise.race([work, interruption]);
  } finally {
    over.abort();
    interruption.catch(() => undefined);
  }
}
