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
});
const STATE = z.object({ deployment: z.object({ resources: z.array(RESOURCE).nullish() }) });

export type Resource = z.infer<typeof RESOURCE>;

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

/** @throws Error if the text is not a state; a stack that has deployed nothing has no resources */
export function resourcesOf(state: string): Resource[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(state);
  } catch {
    // The messages of JSON.parse and zod would quote the state.
  }
  const { data } = STATE.safeParse(parsed);
  if (data === undefined) throw new Error("What Pulumi exported is not a state.");
  return (data.deployment.resources ?? []).filter((resource) => resource.delete !== true);
}
