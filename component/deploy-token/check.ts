import * as pulumi from "@pulumi/pulumi";
import { resolveInputs } from "../inputs";
import { refuse } from "../refusal";
import type { DeployTokenArgs, DeployTokenKind } from "./args";
import { findProblems, type ResolvedArgs } from "./rules";

/** The arguments of a token once they are known. */
export interface CheckedToken {
  readonly accountId: string;
  readonly kind: DeployTokenKind;
  readonly workers: readonly string[];
  readonly routeZones: readonly string[];
  readonly secretsStore: boolean;
  /** Whether a preview does not know all of the above yet. */
  readonly isUnknown: boolean;
}

/**
 * Waits for all arguments and checks them.
 *
 * @throws pulumi.RunError that lists every problem at once
 */
export async function checkArgs(resourceName: string, args: DeployTokenArgs): Promise<CheckedToken> {
  const resolved = (await resolveInputs(args)) as ResolvedArgs;
  refuse(titleOf(resourceName), findProblems(resolved, new Date()));
  const isUnknown = pulumi.containsUnknowns(resolved);
  const needs = isUnknown ? {} : (resolved.needs as Partial<CheckedToken> | undefined);
  const { workers = [], routeZones = [], secretsStore = false } = needs ?? {};
  const { accountId, kind } = resolved as unknown as CheckedToken;
  return { accountId, kind, workers, routeZones, secretsStore, isUnknown };
}

/** What an error of a token begins with. */
export function titleOf(resourceName: string): string {
  return `DeployToken "${resourceName}"`;
}
