import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";
import type { ResolvedArgs } from "./declared-bindings";
import { resolveInputs } from "./inputs";
import { findProblems, findWarnings } from "./rules";

/**
 * Waits for all arguments and checks them.
 *
 * @returns true, so that an Output can be made of it
 * @throws pulumi.RunError that lists every problem at once: Pulumi prints its message without a stack trace
 */
export async function checkArgs(resourceName: string, args: WorkerScriptArgs): Promise<true> {
  const resolved = (await resolveInputs(args)) as ResolvedArgs;
  for (const warning of findWarnings(resolved)) {
    await pulumi.log.warn(`WorkerScript "${resourceName}": ${warning}`);
  }
  const problems = findProblems(resolved, new Date());
  if (problems.length > 0) {
    throw new pulumi.RunError(
      `WorkerScript "${resourceName}" cannot be deployed as it is declared. Nothing was sent to Cloudflare.\n` +
        problems.map((problem) => `  - ${problem}`).join("\n"),
    );
  }
  return true;
}

/**
 * The outputs to register for a component, none where its arguments are refused. Pulumi waits for them, and would
 * report the error of the check once more if they failed too.
 */
export function unlessRefused(check: Promise<unknown>, outputs: pulumi.Inputs): Promise<pulumi.Inputs> {
  return check.then(
    () => outputs,
    () => ({}),
  );
}
