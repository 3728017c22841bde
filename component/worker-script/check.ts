import * as pulumi from "@pulumi/pulumi";
import { claim } from "../claim";
import { plainInputs, serializeInputs } from "../inputs";
import { refuse } from "../refusal";
import type { WorkerScriptArgs } from "./args";
import { findWarnings } from "./binding-rules";
import type { ResolvedArgs } from "./declared-bindings";
import { findReadableSecrets } from "./readable-secrets";
import { findProblems } from "./rules";
import { findSettingWarnings } from "./setting-rules";

/**
 * Waits for all arguments and checks them.
 *
 * @returns true: an Output needs a value
 * @throws pulumi.RunError that lists every problem at once: Pulumi prints its message without a stack trace
 */
export async function checkArgs(resourceName: string, args: WorkerScriptArgs): Promise<true> {
  const [rivals, serialized] = await Promise.all([
    claim(resourceName, ["Worker", args.accountId, args.name]),
    serializeInputs(args),
  ]);
  const resolved = plainInputs(serialized) as ResolvedArgs;
  for (const warning of [...findWarnings(resolved), ...findSettingWarnings(resolved)]) {
    await pulumi.log.warn(`WorkerScript "${resourceName}": ${warning}`);
  }
  const problems = [
    ...findProblems(resolved, new Date()),
    ...findReadableSecrets(serialized as ResolvedArgs),
    ...(await rivals()).map(sameWorker),
  ];
  refuse(`WorkerScript "${resourceName}"`, problems);
  return true;
}

function sameWorker(rival: string): string {
  return (
    `name: expected a Worker of its own, but WorkerScript "${rival}" has the same account and name, so each would ` +
    "overwrite the other. Give one of them another name, or declare the Worker once."
  );
}
