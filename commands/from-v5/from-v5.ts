import { commandLine } from "../../component/contract/command-line";
import type { Cloudflare } from "../../kit/live/cloudflare";
import type { Notes } from "../../kit/notes";
import { pulumiCommand, stackOption } from "../../kit/pulumi-command";
import { quoted } from "../../kit/quoted";
import { visible } from "../../kit/visible";
import { backupFile, writeBackup } from "./backup";
import { findWorkers } from "./find-workers";
import { question, workerLines } from "./lines";
import { otherLines } from "./others";
import { readConfig, setConfig } from "./set-config";
import { type Split, split } from "./split";
import { CHANGED, type Stack, type StackOptions } from "./stack";
import { exportedState, type FullResource } from "./state";
import { V6Types } from "./v6-types";

export interface MoveOptions extends StackOptions {
  /** Where the backup is: the folder of Pulumi.yaml. */
  readonly folder: string;
  /** Asks; with `--yes` it returns true, and without a terminal it says how to do it. */
  readonly agrees: (question: string, words: readonly string[]) => Promise<boolean>;
  /** Whether to set the values that no secret of the config has. */
  readonly setConfig: boolean;
  /** Makes a client; undefined without a token. */
  readonly cloudflare: ((notes: Notes) => Cloudflare) | undefined;
  /** Receives a line for each thing to say. */
  readonly log: (line: string) => void;
}

/**
 * Shows the Workers of v5 that a stack has, asks, and takes them out of its state.
 *
 * @returns whether the state has none then
 */
export async function move(stack: Stack, options: MoveOptions): Promise<boolean> {
  const { cli, folder, log, interrupted } = options;
  const say = (line: string) => {
    log(visible(line));
  };
  const pulumi = (...words: string[]) => pulumiCommand({ stack: stack.name }, ...words);
  const exported = await stack.exported();
  const parts = split(exportedState(exported), pulumi);
  if (parts.moved.length === 0) {
    say(`Stack ${stack.name} has no Worker of @pulumi/cloudflare v5, so there is nothing to move.`);
    sayOthers(parts, pulumi, say);
    return true;
  }
  if (parts.problems.length > 0) {
    throw new Error(
      [
        "The Workers of v5 cannot leave the state. Nothing was changed.",
        ...parts.problems.map((one) => `  - ${one}`),
      ].join("\n"),
    );
  }

  const config = await stack.unlocked(() => readConfig(cli, stack.name));
  const decrypted = exportedState(await stack.decrypted());
  const { found, keys, notes } = await findWorkers(decrypted, config, options.cloudflare);
  for (const one of found) for (const line of workerLines(one, pulumi)) say(line);
  for (const { urn } of parts.moved.filter(({ external }) => external === true)) {
    say(`- ${urn}, which the stack only reads, leaves the state too.`);
  }
  for (const note of notes) say(`- ${note}`);
  sayOthers(parts, pulumi, say);

  const backup = backupFile(cli, stack.name);
  const toSet = options.setConfig ? keys.wanted : new Map<string, never>();
  const words = options.setConfig ? ["--set-config"] : [];
  const wanted = question(parts.moved.length, stack.name, backup, toSet.size);
  if (!(await options.agrees(wanted, words))) return false;
  if ((await stack.exported()) !== exported) throw new Error(CHANGED);
  await writeBackup(folder, backup, exported);
  if (toSet.size > 0) await setConfig(cli, stack.name, toSet, interrupted);
  await stack.replace(JSON.stringify(parts.rest));
  sayNext(stack.name, backup, pulumi, say);
  return true;
}

function sayOthers(
  { others, reparented }: Split,
  pulumi: (...words: string[]) => string,
  say: (line: string) => void,
): void {
  if (others.length + reparented.length === 0) return;
  const types = new V6Types();
  // v6 does not know these whatever their names are, and they are named below.
  const isLost = (resource: FullResource) =>
    others.includes(resource) && ["unrelated", "none"].includes(types.successorOf(resource.type).kind);
  for (const { urn } of reparented.filter((resource) => !isLost(resource))) {
    say(
      `- ${urn} is a child of what leaves the state. It stays; in the program it needs the option ` +
        `aliases: [{ urn: ${JSON.stringify(urn)} }], or the deploy would replace it.`,
    );
  }
  if (others.length === 0) return;
  say("Other resources of v5 stay in the state. What v6 does with them:");
  for (const line of otherLines(others, types, pulumi)) say(`- ${line}`);
}

function sayNext(
  stack: string,
  backup: string,
  pulumi: (...words: string[]) => string,
  say: (line: string) => void,
): void {
  const undo = commandLine("from-v5", ["--undo", quoted(backup), ...stackOption(stack).map(quoted)]);
  say(`The state of stack ${stack} has no Worker of v5 any more. Nothing on Cloudflare was changed.`);
  say(`It is saved in ${backup}, encrypted as it was. Keep the file out of git. To put it back: ${undo}`);
  say(`Next: change the program as above; ${pulumi("preview")}; ${pulumi("up")}. Then remove what is for`);
  say("the first deploy only, and deploy once more.");
}
