import { setTimeout as delay } from "node:timers/promises";
import { Interrupted } from "../../kit/command/interruption";

/** How long `npm run dev` may take to deploy a change, and how often we look. */
const LIMIT_MS = 60_000;
const EVERY_MS = 500;

/** The stack that `npm run dev` deploys at each change of its config; the file that dev writes for terminals sets it. */
export function stackOfDev(): string | undefined {
  return process.env.WORKER_DEV_STACK;
}

interface WaitOptions {
  readonly signal: AbortSignal;
  readonly limitMs?: number;
  readonly everyMs?: number;
}

/**
 * Waits until something is deployed.
 *
 * @returns false if that takes too long
 * @throws Interrupted
 */
export async function untilDeployed(look: () => Promise<boolean>, options: WaitOptions): Promise<boolean> {
  const { signal, limitMs = LIMIT_MS, everyMs = EVERY_MS } = options;
  for (const over = Date.now() + limitMs; Date.now() < over;) {
    if (await look()) return true;
    await delay(everyMs, undefined, { signal }).catch(() => {
      throw new Interrupted();
    });
  }
  return false;
}
