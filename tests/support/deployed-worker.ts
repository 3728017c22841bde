import type { DeployedWorker } from "../../commands/audit/state";

/** A Worker that was first deployed at the first time, and last at the second. */
export const FIRST = "2026-01-01T00:00:00.000Z";
export const LATER = "2026-03-01T00:00:00.000Z";

export function deployedWorker(more: Partial<DeployedWorker> = {}): DeployedWorker {
  const fixed = {
    environment: "prod",
    accountId: "a",
    script: "shop",
    recorded: "all",
    uploaded: LATER,
  } as const;
  return { ...fixed, declared: [], ...more };
}
