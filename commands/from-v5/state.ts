import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { isObject } from "../../kit/json";

const PROPERTIES = z.record(z.string(), z.unknown()).nullish();
const URNS = z.array(z.string()).nullish();

/** A resource with all that Pulumi keeps of it, so that it can be written back. */
const RESOURCE = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().optional(),
  id: z.string().optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  deletedWith: z.string().optional(),
  dependencies: URNS,
  propertyDependencies: z.record(z.string(), URNS).nullish(),
  inputs: PROPERTIES,
  outputs: PROPERTIES,
  protect: z.boolean().optional(),
  /** Whether the resource was replaced and is pending deletion. */
  delete: z.boolean().optional(),
  /** Whether the stack only reads the resource: another one, or nothing, manages it. */
  external: z.boolean().optional(),
});
const STATE = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(RESOURCE).nullish(),
    pending_operations: z.array(z.looseObject({ resource: z.looseObject({ urn: z.string() }) })).nullish(),
  }),
});

export type FullResource = z.infer<typeof RESOURCE>;
/** A state as `pulumi stack export` prints it and `pulumi stack import` takes it. */
export type FullState = z.infer<typeof STATE>;

/** @returns undefined if the text is not a state */
export function parseFullState(text: string): FullState | undefined {
  try {
    return STATE.safeParse(JSON.parse(text)).data;
  } catch {
    // The message of JSON.parse would quote the state.
    return undefined;
  }
}

/** The same, of what Pulumi has exported. */
export function exportedState(text: string): FullState {
  const state = parseFullState(text);
  if (state === undefined) throw new Error("What Pulumi exported is not a state.");
  return state;
}

export function resourcesOf(state: FullState): readonly FullResource[] {
  return state.deployment.resources ?? [];
}

/** The name that the program gives to a resource. */
export function nameOf({ urn }: Pick<FullResource, "urn">): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Whether two states have the same resources. Each import encrypts all secrets again, so ciphertexts are not compared. */
export function isSameState(one: FullState, other: FullState): boolean {
  return isDeepStrictEqual(withoutCiphertexts(resourcesOf(one)), withoutCiphertexts(resourcesOf(other)));
}

export function withoutCiphertexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCiphertexts);
  if (!isObject(value)) return value;
  const parts = Object.entries(value).filter(([key]) => key !== "ciphertext");
  return Object.fromEntries(parts.map(([key, part]) => [key, withoutCiphertexts(part)]));
}
