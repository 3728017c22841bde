import { MAX_TEXT_BYTES } from "../../component/contract/limits";
import { readStandardInput } from "../../kit/standard-input";
import type { HiddenInput } from "../../kit/terminal";
import { rotateCommand, type Target } from "./again";
import { generate, type Generator } from "./generator";
import { type Held, type Operation, Refused } from "./rotation";

/** The secret that needs a new value, and the source of that value. */
interface Wanted extends Target {
  readonly operation: Operation;
  /** Makes the new value; without it, the value is read. */
  readonly generator: Generator | undefined;
}

/** Generates or reads the new value. */
export async function newValue(
  wanted: Wanted,
  { current }: Held,
  hidden: HiddenInput | undefined,
  signal: AbortSignal,
): Promise<string> {
  const { key, generator } = wanted;
  const value = generator === undefined ? await readValue(key, hidden, signal) : generate(generator);
  checkValue(wanted, value, current);
  return value;
}

/** A script that is run again passes its value again, which must match the one in the config. */
export async function refuseAnotherValue(
  wanted: Wanted,
  { current }: Held,
  signal: AbortSignal,
): Promise<void> {
  const { operation, key, generator } = wanted;
  if (operation === "rotate" && generator === undefined && !process.stdin.isTTY) {
    const value = await readValue(key, undefined, signal);
    if (value !== "" && value !== current) {
      throw new Refused(
        `A rotation of ${key} to another value is under way. To continue with that one, run this again without a ` +
          `value. To go back: ${rotateCommand(wanted, "--rollback")}`,
      );
    }
  }
}

/**
 * Reads a value without showing it, from the terminal or from all of standard input without its last line feed.
 *
 * @param hidden the terminal; undefined if standard input is not a terminal
 * @throws Interrupted
 */
async function readValue(key: string, hidden: HiddenInput | undefined, signal: AbortSignal): Promise<string> {
  if (hidden !== undefined) {
    const typed = await hidden.ask(`New value of ${key}: `, signal);
    return typed.replace(/\n$/, "");
  }
  const text = await readStandardInput(`the new value of ${key}`, signal);
  return text.replace(/\r?\n$/, "");
}

/** @throws Error that says what is wrong with the value, without quoting it */
export function checkValue(target: Target, value: string, current: string): void {
  const bytes = Buffer.byteLength(value);
  if (bytes < 1 || bytes > MAX_TEXT_BYTES) {
    throw new Error(
      `The new value: expected 1 to ${MAX_TEXT_BYTES} bytes, found ${bytes}. Type it, give it on standard input ` +
        `(${rotateCommand(target)} --yes < file), or let --generate make one.`,
    );
  }
  if (value === current) {
    throw new Error("The new value is the same as the current one. Nothing was changed.");
  }
}
