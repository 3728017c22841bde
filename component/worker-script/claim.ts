import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";
import { resolveInputs } from "./inputs";

/** The Workers that a run of a program declares: the resource names, each in an object of its own, by account and name. */
type Claims = Map<string, { readonly resource: string }[]>;

/** By the run's connection to the engine, because a process may run several programs, or one several times. */
const runs = new WeakMap<object, Claims>();

/**
 * Notes that a resource declares a Worker, as soon as the Worker's account and name are known.
 *
 * @returns gives the other resources that declare the same Worker. Call it once all arguments are known
 */
export async function claimWorker(
  resource: string,
  { accountId, name }: WorkerScriptArgs,
): Promise<() => Promise<string[]>> {
  const claims = claimsOf((pulumi.runtime.getMonitor() as object | undefined) ?? {});
  const worker = await resolveInputs([accountId, name]);
  if (pulumi.containsUnknowns(worker)) {
    return () => Promise.resolve([]);
  }
  const key = JSON.stringify(worker);
  const own = { resource };
  const same = [...(claims.get(key) ?? []), own];
  claims.set(key, same);
  return async () => {
    // The program may declare another Worker just after this one: its claim comes first.
    await new Promise(setImmediate);
    return (claims.get(key) ?? []).filter((claim) => claim !== own).map((claim) => claim.resource);
  };
}

function claimsOf(run: object): Claims {
  const claims = runs.get(run) ?? new Map<string, { readonly resource: string }[]>();
  runs.set(run, claims);
  return claims;
}
