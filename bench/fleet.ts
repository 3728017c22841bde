import { secrets } from "./worker-program";

const WORKERS_A_STACK = 20;
export const SECRETS_A_WORKER = 5;

/** Workers that exist in states only, because this many would not run on one machine. */
export interface Fleet {
  readonly name: string;
  readonly workers: number;
  readonly stacks: readonly FleetStack[];
}

export interface FleetStack {
  readonly name: string;
  /** The names of its Workers. */
  readonly workers: readonly string[];
}

export function fleetOf(workers: number): Fleet {
  const names = Array.from({ length: workers }, (_, index) => `worker-${numbered(index)}`);
  const stacks = Array.from({ length: Math.ceil(workers / WORKERS_A_STACK) }, (_, index) => ({
    name: `stack-${numbered(index)}`,
    workers: names.slice(index * WORKERS_A_STACK, (index + 1) * WORKERS_A_STACK),
  }));
  const plural = stacks.length === 1 ? "" : "s";
  return {
    name: `${workers.toLocaleString("en")} Workers in ${stacks.length} stack${plural}`,
    workers,
    stacks,
  };
}

/** The names of a Worker's secrets. */
export function bindings(): string[] {
  return Object.keys(secrets(SECRETS_A_WORKER));
}

/** The config key of a secret, unique in its stack. */
export function configKey(worker: string, binding: string): string {
  return `${worker}-${binding}`;
}

function numbered(index: number): string {
  return String(index + 1).padStart(4, "0");
}
