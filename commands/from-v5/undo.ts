import * as fs from "node:fs/promises";
import * as path from "node:path";
import { shortName } from "../../kit/project";
import { pulumiCommand } from "../../kit/pulumi-command";
import { visible } from "../../kit/visible";
import { losses } from "./changes";
import type { MoveOptions } from "./from-v5";
import { split } from "./split";
import { CHANGED, type Stack } from "./stack";
import { exportedState, type FullState, parseFullState, resourcesOf } from "./state";

/**
 * Puts a backup back, unless that would make Pulumi forget what was deployed since.
 *
 * @returns whether the state is as the backup then
 */
export async function undo(stack: Stack, file: string, options: MoveOptions): Promise<boolean> {
  const { cli, log } = options;
  const pulumi = (...words: string[]) => pulumiCommand({ stack: stack.name }, ...words);
  const text = await fs.readFile(path.resolve(options.folder, file), "utf8").catch((error: unknown) => {
    throw new Error(`--undo: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? ""}).`);
  });
  const backup = parseFullState(text);
  const { moved = [], rest } = backup === undefined ? {} : split(backup, pulumi);
  if (backup === undefined || rest === undefined || moved.length === 0) {
    throw new Error(`--undo: ${file} is not a state with Workers of v5.`);
  }
  const owner = `urn:pulumi:${shortName(stack.name, cli.project)}::${cli.project}::`;
  if (!resourcesOf(backup).every(({ urn }) => urn.startsWith(owner))) {
    throw new Error(`--undo: ${file} is of another stack. Name that with --stack.`);
  }

  const current = await stack.exported();
  if (losses(exportedState(current), backup).length === 0) {
    log(`The state of stack ${visible(stack.name)} has all that is in ${visible(file)} already.`);
    return true;
  }
  refuseLosses(exportedState(current), rest, pulumi);
  if (!(await options.agrees(`Put the state in ${file} back into stack ${stack.name}?`, ["--undo", file]))) {
    return false;
  }
  if ((await stack.exported()) !== current) throw new Error(CHANGED);
  await stack.replace(text);
  log(
    `The state of stack ${visible(stack.name)} has the Workers of v5 again. Deploy it with v5's program only.`,
  );
  return true;
}

function refuseLosses(current: FullState, rest: FullState, pulumi: (...words: string[]) => string): void {
  const lost = losses(current, rest);
  if (lost.length === 0) return;
  const first = /^(\S+) is new$/.exec(lost.find((line) => line.endsWith(" is new")) ?? "")?.[1] ?? "URN";
  throw new Error(
    [
      "The stack was deployed since, and Pulumi would forget that. Nothing was changed.",
      ...lost.map((line) => `  - ${line}`),
      "v6 has the Worker now: go on with it. To go back all the same, take what is new out of the state, which deletes " +
        `nothing on Cloudflare, and run this again: ${pulumi("state", "delete", first)}`,
    ].join("\n"),
  );
}
