import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";
import { findWarnings } from "./binding-rules";
import { claimWorker } from "./claim";
import type { ResolvedArgs } from "./declared-bindings";
import { plainInputs, serializeInputs } from "./inputs";
import { findReadableSecrets } from "./readable-secrets";
import { findProblems } from "./rules";
import { findSettingWarnings } from "./setting-rules";
import { awaitSources } from "./source-values";

/**
 * Waits for all arguments and checks them.
 *
 * @returns the arguments, with what sources have answered. A function returns them, because Pulumi takes every part of an
 * object in an Output for known or unknown, secret or not, as a whole
 * @throws pulumi.RunError that lists every problem at once: Pulumi prints its message without a stack trace
 */
export async function checkArgs(
  resourceName: string,
  args: WorkerScriptArgs,
): Promise<() => WorkerScriptArgs> {
  const [rivals, answered] = await Promise.all([claimWorker(resourceName, args), awaitSources(args)]);
  const serialized = await serializeInputs(answered.args);
  const resolved = plainInputs(serialized) as ResolvedArgs;
  for (const warning of [...findWarnings(resolved), ...findSettingWarnings(resolved)]) {
    await pulumi.log.warn(`WorkerScript "${resourceName}": ${warning}`);
  }
  const problems = [
    ...findProblems(resolved, new Date()),
    ...answered.problems,
    ...findReadableSecrets(serialized as ResolvedArgs),
    ...(await rivals()).map(sameWorker),
  ];
  if (problems.length > 0) {
    throw new pulumi.RunError(
      `WorkerScript "${resourceName}" cannot be deployed as it is declared. Nothing was sent to Cloudflare.\n` +
        problems.map((problem) => `  - ${problem}`).join("\n"),
    );
  }
  return () => answered.args;
}

/**
 * Fails the run if the check fails, even if nothing else waits for the check. An inline program of the Automation API
 * would otherwise tell the engine that it declared everything before it reports the error, and the engine would delete
 * the Worker. What the SDK waits for before it ends is resolved by this function, and so can be a promise too.
 */
export function failRunWith(check: Promise<unknown>): void {
  const keepAlive: (until: Promise<unknown>) => void = pulumi.runtime.rpcKeepAlive();
  keepAlive(check);
}

function sameWorker(rival: string): string {
  return (
    `name: expected a Worker of its own, but WorkerScript "${rival}" has the same account and name, so each would ` +
    "overwrite the other. Give one of them another name, or declare the Worker once."
  );
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
