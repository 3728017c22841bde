import { commandLine } from "../../component/contract/command-line";
import type { DecryptedConfig } from "../../kit/decrypted-config";
import type { Cloudflare } from "../../kit/live/cloudflare";
import { mapBounded } from "../../kit/map-bounded";
import { Notes } from "../../kit/notes";
import { pulumiCommand, stackOption } from "../../kit/pulumi-command";
import { quoted } from "../../kit/quoted";
import { visible } from "../../kit/visible";
import { backupFile, writeBackup } from "./backup";
import { SecretKeys } from "./keys";
import { type Found, question, workerLines } from "./lines";
import { look } from "./live";
import { otherLines } from "./others";
import { readConfig, setConfig } from "./set-config";
import { type Split, split } from "./split";
import { CHANGED, type Stack, type StackOptions } from "./stack";
import { exportedState } from "./state";
import { V6Types } from "./v6-types";
import { v5Workers } from "./workers";

export interface MoveOptions extends StackOptions {
  /** Asks; with `--yes` it returns true, and without a terminal it says how to do it. */
  readonly agrees: (question: string, words: readonly string[]) => Promise<boolean>;
  /** Whether to set the values that no secret of the config has. */
  readonly setConfig: boolean;
  /** Makes a client; undefined without a token. */
  readonly cloudflare: ((notes: Notes) => Cloudflare) | undefined;
  /** Receives a line for each thing to say. */
  readonly log: (line: string) => void;
}

/** Each makes two requests at a time. */
const LOOKS_AT_A_TIME = 16;

/**
 * Shows the Workers of v5 that a stack has, asks, and takes them out of its state.
 *
 * @returns whether the state has none then
 */
export async function move(stack: Stack, options: MoveOptions): Promise<boolean> {
  const { cli, log, interrupted } = options;
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
  const { found, keys, notes } = await find(stack, config, options);
  for (const one of found) for (const line of workerLines(one, pulumi)) say(line);
  for (const note of notes) say(`- ${note}`);
  sayOthers(parts, pulumi, say);

  const backup = backupFile(cli, stack.name);
  const toSet = options.setConfig ? keys.wanted : new Map<string, never>();
  const words = options.setConfig ? ["--set-config"] : [];
  if (!(await options.agrees(question(found, stack.name, backup, toSet.size), words))) return false;
  if ((await stack.exported()) !== exported) throw new Error(CHANGED);
  await writeBackup(backup, exported);
  if (toSet.size > 0) await setConfig(cli, stack.name, toSet, interrupted);
  await stack.replace(JSON.stringify(parts.rest));
  sayNext(stack.name, backup, pulumi, say);
  return true;
}

async function find(
  stack: Stack,
  config: DecryptedConfig,
  { cloudflare }: MoveOptions,
): Promise<{ found: Found[]; keys: SecretKeys; notes: string[] }> {
  const { moved } = split(exportedState(await stack.decrypted()), () => "");
  const notes = new Notes();
  const client = cloudflare?.(notes);
  const keys = new SecretKeys(config);
  const found = await mapBounded(v5Workers(moved), LOOKS_AT_A_TIME, async (worker): Promise<Found> => {
    const known = new Map(worker.secrets.map((secret) => [secret, keys.keyOf(worker, secret)]));
    return {
      worker,
      live: await look(client, worker, notes),
      keyOf: (secret) => known.get(secret) ?? keys.keyOf(worker, secret),
    };
  });
  return { found, keys, notes: notes.sentences() };
}

function sayOthers(
  { others, reparented }: Split,
  pulumi: (...words: string[]) => string,
  say: (line: string) => void,
): void {
  for (const { urn } of reparented) {
    say(
      `- ${urn} is a child of what leaves the state. It stays; in the program it needs the option ` +
        `aliases: [{ urn: ${JSON.stringify(urn)} }], or the deploy would replace it.`,
    );
  }
  if (others.length === 0) return;
  say("Other resources of v5 stay in the state. What v6 does with them:");
  for (const line of otherLines(others, new V6Types(), pulumi)) say(`- ${line}`);
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
