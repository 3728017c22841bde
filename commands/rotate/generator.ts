import { randomInt } from "node:crypto";
import { MAX_TEXT_BYTES } from "../../component/contract/limits";

export const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Too many values to guess: at a million tries a second, trying all takes half a million years. */
const MIN_BITS = 64;

export interface Generator {
  /** In characters. */
  readonly length: number;
  /** The characters to choose from. */
  readonly alphabet: string;
}

/** @returns what is wrong with the generator, or undefined */
export function generatorProblem({ length, alphabet }: Generator): string | undefined {
  const characters = new Set(alphabet);
  if (!Number.isInteger(length) || length < 1 || length > MAX_TEXT_BYTES) {
    return `--length: expected a whole number from 1 to ${MAX_TEXT_BYTES}.`;
  }
  const bits = length * Math.log2(Math.max(1, characters.size));
  return bits >= MIN_BITS
    ? undefined
    : `--length and --alphabet: expected at least ${MIN_BITS} bits, so that the value cannot be guessed, ` +
        `found ${Math.floor(bits)}. Take a larger length or more characters.`;
}

/** Makes a value. Each character of the alphabet is equally likely at each position. */
export function generate({ length, alphabet }: Generator): string {
  const characters = [...new Set(alphabet)];
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
}
