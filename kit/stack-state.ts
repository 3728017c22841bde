import * as z from "zod";
import { isoTime } from "./iso-time";
import type { PulumiCli } from "./pulumi-cli";

/** Reads a text; a secret is an object in the state, so it yields undefined. */
export const TEXT = z.string().optional().catch(undefined);
const FLAG = z.boolean().optional().catch(undefined);
const PROPERTIES = z.record(z.string(), z.unknown()).optional().catch(undefined);
const RESOURCE = z.object({
  urn: z.string(),
  type: z.string(),
  parent: TEXT,
  id: TEXT,
  created: TEXT.transform(isoTime),
  modified: TEXT.transform(isoTime),
  inputs: PROPERTIES,
  outputs: PROPERTIES,
  /** Whether the resource was replaced and is pending deletion. */
  delete: FLAG,
  /** Whether the stack only reads the resource: another one, or nothing, manages it. */
  external: FLAG,
});
const STATE = z.object({
  deployment: z.object({
    resources: z.array(RESOURCE).nullish(),
    pending_operations: z.array(z.object({ resource: z.object({ urn: z.string() }) })).nullish(),
  }),
});

export type Resource = z.infer<typeof RESOURCE>;

export interface StackState {
  /** Without those that are pending deletion. A stack that has deployed nothing has none. */
  readonly resources: readonly Resource[];
  /** The URNs of resources that an update is changing, or was changing when it was killed. */
  readonly pending: readonly string[];
}

/**
 * Exports the state of a stack.
 *
 * @param options `--show-secrets` decrypts it
 */
export function exportStack(
  cli: PulumiCli,
  stack: string,
  options: readonly string[] = [],
  env?: NodeJS.ProcessEnv,
): Promise<string> {
  // A single argument, so that a stack name that begins with `-` is not read as an option.
  return cli.run(["stack", "export", ...options, `--stack=${stack}`], "", env);
}

/** @throws Error if the text is not a state */
export function parseState(text: string): StackState {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The messages of JSON.parse and zod would quote the state.
  }
  const { data } = STATE.safeParse(parsed);
  if (data === undefined) throw new Error("What Pulumi exported is not a state.");
  const { resources, pending_operations: pending } = data.deployment;
  return {
    resources: (resources ?? []).filter((resource) => resource.delete !== true),
    pending: (pending ?? []).map(({ resource }) => resource.urn),
  };
}
