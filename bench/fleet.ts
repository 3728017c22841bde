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
  /** The names of its components: Workers, or the store. */
  readonly components: readonly string[];
  /** The config keys of its secrets. */
  readonly keys: readonly string[];
}

/** The component with the secrets that the Workers share, in a stack of its own. */
export const STORE = "store";
/** The names of these secrets: as many as an account may have. */
export const STORED = Array.from({ length: 100 }, (_, index) => `shared-${numbered(index)}`);

export function fleetOf(workers: number): Fleet {
  const names = Array.from({ length: workers }, (_, index) => `worker-${numbered(index)}`);
  const stacks = Array.from({ length: Math.ceil(workers / WORKERS_A_STACK) }, (_, index) => {
    const components = names.slice(index * WORKERS_A_STACK, (index + 1) * WORKERS_A_STACK);
    const keys = components.flatMap((worker) => bindings().map((binding) => configKey(worker, binding)));
    return { name: `stack-${numbered(index)}`, components, keys };
  });
  const all = [...stacks, { name: "stack-store", components: [STORE], keys: STORED }];
  return {
    name: `${workers.toLocaleString("en")} Workers in ${all.length} stacks`,
    workers,
    stacks: all,
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

/** The shared secret that a Worker is bound to, by the Worker's place in the fleet. */
export function storedFor(index: number): string {
  return STORED[index % STORED.length] as string;
}

function numbered(index: number): string {
  return String(index + 1).padStart(4, "0");
}
