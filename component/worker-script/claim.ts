import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";
import { resolveInputs } from "./inputs";
import { perRun } from "../contract/per-run";

interface Claim {
  /** The name of the resource that declares the Worker. */
  readonly resource: string;
}

/** All claims of a run, by the Worker's account and name. */
const claimsOfRun = perRun(() => new Map<string, Claim[]>());

/**
 * Notes that a resource declares a Worker, as soon as the Worker's account and name are known.
 *
 * @returns a function that lists the other resources that declare the same Worker. Call it once all arguments are known
 */
export async function claimWorker(
  resource: string,
  { accountId, name }: WorkerScriptArgs,
): Promise<() => Promise<string[]>> {
  const claims = claimsOfRun();
  const worker = await resolveInputs([accountId, name]);
  if (pulumi.containsUnknowns(worker)) {
    return () => Promise.resolve([]);
  }
  const key = JSON.stringify(worker);
  const own = { resource };
  const same = claims.get(key) ?? [];
  claims.set(key, same);
  same.push(own);
  return async () => {
    // The program may declare another Worker just after this one: let its claim come first.
    await new Promise(setImmediate);
    return same.filter((claim) => claim !== own).map((claim) => claim.resource);
  };
}
