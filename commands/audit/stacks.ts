import * as os from "node:os";
import * as z from "zod";
import { mapBounded } from "../../kit/map-bounded";
import type { Notes } from "../../kit/notes";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { exportStack } from "../../kit/stack-state";
import { type DeployedWorker, workersOf } from "./state";

/** With Pulumi Cloud, each command waits for the network; with a local backend, for a core. */
export const STACKS_AT_A_TIME = Math.min(8, Math.max(4, os.availableParallelism()));

const STACKS = z.array(z.object({ name: z.string() }));

/** Lists the names of the project's stacks, sorted. */
export async function listStacks(cli: PulumiCli, notes: Notes): Promise<string[]> {
  const listed = await cli.run(["stack", "ls", "--json"]).catch((error: unknown) => {
    throw new Error(`The stacks could not be listed: ${(error as Error).message}`, { cause: error });
  });
  const stacks = STACKS.parse(JSON.parse(listed));
  if (stacks.length === 0) {
    notes.fail(
      "The project {} has no stack in this backend: `pulumi whoami --verbose` says which it is.",
      cli.project,
    );
  }
  return stacks.map(({ name }) => name).sort();
}

/** Lists the stacks of other projects in the same backend, by their full names, sorted. */
export async function listOtherStacks(cli: PulumiCli): Promise<string[]> {
  const listed = STACKS.parse(JSON.parse(await cli.run(["stack", "ls", "--all", "--json"])));
  // Pulumi shortens the names of this project's stacks.
  const isOther = (name: string) => name.includes("/") && name.split("/").at(-2) !== cli.project;
  return listed
    .map(({ name }) => name)
    .filter(isOther)
    .sort();
}

/** Reads the Workers of all stacks from the clear part of their states, which needs no passphrase. */
export async function readStacks(
  cli: PulumiCli,
  environments: readonly string[],
  notes: Notes,
): Promise<DeployedWorker[]> {
  const workers = await mapBounded(environments, STACKS_AT_A_TIME, async (stack) => {
    try {
      return workersOf(stack, await exportStack(cli, stack));
    } catch (error) {
      notes.fail(`The state of {} could not be read: ${firstLine(error)}.`, stack);
      return [];
    }
  });
  return workers.flat();
}

/** The first line of an error message. */
export function firstLine(error: unknown): string {
  return (error as Error).message.split("\n")[0] ?? "";
}
