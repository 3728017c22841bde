import { mapBounded } from "../../kit/map-bounded";
import type { Notes } from "../../kit/notes";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { exportStack } from "../../kit/stack-state";
import { firstLine, STACKS_AT_A_TIME } from "./stacks";

/** Asks on the terminal for a passphrase, without showing it. */
export type AskPassphrase = (question: string) => Promise<string>;

/**
 * Reads the states of all stacks decrypted. Pulumi takes one passphrase from the environment; for stacks with others,
 * AUDIT_PASSPHRASE_<STACK> comes first, and on a terminal we ask for what is missing, as Pulumi does.
 *
 * @param ask undefined if there is no terminal
 * @param use receives each state, and must not keep a value of it
 */
export async function readDecrypted(
  cli: PulumiCli,
  stacks: readonly string[],
  notes: Notes,
  ask: AskPassphrase | undefined,
  use: (state: string) => void,
): Promise<void> {
  /** @returns whether the stack was read; false if the passphrase is missing or wrong */
  const read = async (stack: string, passphrase: string | undefined): Promise<boolean> => {
    const env = passphrase === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE: passphrase };
    try {
      use(await exportStack(cli, stack, ["--show-secrets"], env));
    } catch (error) {
      const reason = firstLine(error);
      if (/passphrase/i.test(reason)) return false;
      notes.add(`Values of {} were not compared: ${reason}.`, stack);
    }
    return true;
  };
  const locked = new Set<string>();
  await mapBounded(stacks, STACKS_AT_A_TIME, async (stack) => {
    if (!(await read(stack, process.env[variableOf(stack)]))) locked.add(stack);
  });
  const typed = new Set<string>();
  for (const stack of stacks) {
    if (!locked.has(stack)) continue;
    const isOpen = ask !== undefined && (await askUntilRead(stack, typed, ask, read));
    if (!isOpen) notes.add(LOCKED, stack);
  }
}

const LOCKED =
  "Values of {} were not compared, because the passphrase is missing or wrong: set PULUMI_CONFIG_PASSPHRASE, or for a " +
  "stack with a passphrase of its own AUDIT_PASSPHRASE_<STACK>. On a terminal, the audit asks for it.";

/** For example AUDIT_PASSPHRASE_EU_PROD for the stack `acme/shop/eu-prod`. */
function variableOf(stack: string): string {
  const name = stack.split("/").at(-1) ?? stack;
  return `AUDIT_PASSPHRASE_${name.replaceAll(/[^a-z0-9]/gi, "_").toUpperCase()}`;
}

/** @param typed the passphrases of other stacks, which are tried first */
async function askUntilRead(
  stack: string,
  typed: Set<string>,
  ask: AskPassphrase,
  read: (stack: string, passphrase: string) => Promise<boolean>,
): Promise<boolean> {
  for (const passphrase of typed) {
    if (await read(stack, passphrase)) return true;
  }
  for (let wrong = ""; ; wrong = "Incorrect passphrase. ") {
    const passphrase = await ask(`${wrong}Passphrase of stack ${stack} (Enter skips it): `);
    if (passphrase === "") return false;
    if (!typed.has(passphrase) && (await read(stack, passphrase))) {
      typed.add(passphrase);
      return true;
    }
  }
}
