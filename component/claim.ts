import * as pulumi from "@pulumi/pulumi";
import { resolveInputs } from "./inputs";
import { perRun } from "./contract/per-run";

interface Claim {
  /** The name of the resource that declares the thing. */
  readonly resource: string;
}

/** All claims of a run, by what is claimed. */
const claimsOfRun = perRun(() => new Map<string, Claim[]>());

/**
 * Notes that a resource declares something that a program may declare once, as soon as what identifies it is known.
 *
 * @param thing what identifies it: its kind, its account, its name
 * @returns a function that lists the other resources that declare the same. Call it once all arguments are known
 */
export async function claim(
  resource: string,
  thing: readonly pulumi.Input<string>[],
): Promise<() => Promise<string[]>> {
  const claims = claimsOfRun();
  const resolved = await resolveInputs(thing);
  if (pulumi.containsUnknowns(resolved)) {
    return () => Promise.resolve([]);
  }
  const key = JSON.stringify(resolved);
  const own = { resource };
  const same = claims.get(key) ?? [];
  claims.set(key, same);
  same.push(own);
  return async () => {
    // The program may declare another one just after this one: let its claim come first.
    await new Promise(setImmediate);
    return same.filter((claim) => claim !== own).map((claim) => claim.resource);
  };
}
