import * as pulumi from "@pulumi/pulumi";

/** The part of a gRPC client that says where it is connected to. */
interface Client {
  getChannel(): { getTarget(): string };
}

let runOf = (connection: object): object => connection;

/**
 * For a process that serves components to programs in other languages: each component has a connection of its own there, and
 * those of a run have the same address.
 */
export function recogniseRunsByAddress(): void {
  const runs = new Map<string, object>();
  runOf = (connection) => {
    const address = (connection as Client).getChannel().getTarget();
    const run = runs.get(address) ?? {};
    runs.set(address, run);
    return run;
  };
}

/**
 * Creates a value once for each run of a program: a process may run several programs, or one several times. A run is
 * recognised by its connection to the engine.
 */
export function perRun<T>(create: () => T): () => T {
  const values = new WeakMap<object, T>();
  return () => {
    const run = runOf(pulumi.runtime.getMonitor() as object);
    const value = values.get(run) ?? create();
    values.set(run, value);
    return value;
  };
}
