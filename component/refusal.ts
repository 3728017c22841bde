import * as pulumi from "@pulumi/pulumi";

/**
 * Lists every problem of a component's arguments in one error. Pulumi prints its message without a stack trace.
 *
 * @param component its type and name: `WorkerScript "shop"`
 * @throws pulumi.RunError if there are any
 */
export function refuse(component: string, problems: readonly string[]): void {
  if (problems.length > 0) {
    throw plainError(
      `${component} cannot be deployed as it is declared. Nothing was sent to Cloudflare.\n` +
        problems.map((problem) => `  - ${problem}`).join("\n"),
    );
  }
}

/**
 * Makes an error whose message stays as it is. Pulumi writes `error serializing property "bindings"` in front of the message
 * of the error that an input fails with, which says nothing about what is wrong.
 */
export function plainError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  return Object.defineProperty(error, "message", { get: () => message, set: () => undefined });
}

/**
 * Fails the run if the check fails, even if nothing else waits for the check. An inline program of the Automation API
 * would otherwise tell the engine that it declared everything before it reports the error, and the engine would delete
 * what is live. What the SDK waits for before it ends is resolved by this function, and so can be a promise too.
 */
export function failRunWith(check: Promise<unknown>): void {
  const keepAlive: (until: Promise<unknown>) => void = pulumi.runtime.rpcKeepAlive();
  keepAlive(check);
}

/**
 * Returns the outputs to register for a component, or none if its arguments are refused. Pulumi waits for them, and
 * would report the error of the check twice if they failed too.
 */
export function unlessRefused(check: Promise<unknown>, outputs: pulumi.Inputs): Promise<pulumi.Inputs> {
  return check.then(
    () => outputs,
    () => ({}),
  );
}
