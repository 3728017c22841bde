import * as pulumi from "@pulumi/pulumi";
import { claim } from "../claim";
import { plainInputs, serializeInputs } from "../inputs";
import { refuse } from "../refusal";
import { awaitSources } from "../source-values";
import type { WorkerScriptArgs } from "./args";
import { findWarnings } from "./binding-rules";
import type { ResolvedArgs } from "./declared-bindings";
import { type Declaration, declarationOf } from "./kept-secrets";
import { findReadableSecrets } from "./readable-secrets";
import { findProblems } from "./rules";
import { findSettingWarnings } from "./setting-rules";

/** The checks of arguments that were checked before their component was made. */
const checkedFirst = new WeakMap<WorkerScriptArgs, Promise<Declaration>>();

/** Checks the arguments of a Worker, unless {@link checkFirst} has done it. */
export function checkDeclaration(resourceName: string, args: WorkerScriptArgs): Promise<Declaration> {
  return checkedFirst.get(args) ?? checkArgs(resourceName, declarationOf(args));
}

/**
 * Checks the arguments of a Worker that is made with this very object later, and only if nothing is wrong with them.
 *
 * @throws pulumi.RunError that lists every problem at once
 */
export async function checkFirst(resourceName: string, args: WorkerScriptArgs): Promise<void> {
  const check = checkDeclaration(resourceName, args);
  checkedFirst.set(args, check);
  await check;
}

/**
 * Waits for all arguments and checks them.
 *
 * @returns the arguments, with what sources have answered
 * @throws pulumi.RunError that lists every problem at once: Pulumi prints its message without a stack trace
 */
export async function checkArgs<Args extends WorkerScriptArgs>(
  resourceName: string,
  args: Args,
): Promise<Args> {
  const [rivals, answered] = await Promise.all([
    claim(resourceName, ["Worker", args.accountId, args.name]),
    awaitSources("secretTextBindings", args.secretTextBindings),
  ]);
  const stored = await awaitSources("secretsStoreBindings", args.secretsStoreBindings);
  const known = { ...args, secretTextBindings: answered.list, secretsStoreBindings: stored.list };
  const serialized = await serializeInputs(known);
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
  refuse(`WorkerScript "${resourceName}"`, problems);
  return known;
}

function sameWorker(rival: string): string {
  return (
    `name: expected a Worker of its own, but WorkerScript "${rival}" has the same account and name, so each would ` +
    "overwrite the other. Give one of them another name, or declare the Worker once."
  );
}
