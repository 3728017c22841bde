import * as pulumi from "@pulumi/pulumi";

/**
 * Creates a value once for each run of a program: a process may run several programs, or one several times. A run is
 * recognised by its connection to the engine.
 */
export function perRun<T>(create: () => T): () => T {
  const values = new WeakMap<object, T>();
  return () => {
    const run = pulumi.runtime.getMonitor() as object;
    const value = values.get(run) ?? create();
    values.set(run, value);
    return value;
  };
}
