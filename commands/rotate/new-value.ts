import { isUtf8 } from "node:buffer";
import { addAbortSignal } from "node:stream";
import { buffer } from "node:stream/consumers";
import { MAX_TEXT_BYTES } from "../../component/contract/limits";
import { Interrupted } from "../../kit/command/interruption";
import { ask } from "../../kit/terminal";

/**
 * Reads a value without showing it: from the terminal, or all of standard input without its last line feed.
 *
 * @throws Interrupted
 */
export async function readValue(key: string, signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY) {
    return ask(`New value of ${key}: `, { echo: false, signal });
  }
  // Heard by somebody whose job has left it open, and would wait for nothing.
  process.stderr.write(`Reading standard input for the new value of ${key}\n`);
  const bytes = await buffer(addAbortSignal(signal, process.stdin)).catch((error: unknown) => {
    throw signal.aborted ? new Interrupted() : error;
  });
  if (!isUtf8(bytes)) {
    throw new Error("The new value: expected text as UTF-8. Encode other bytes, as base64 for example.");
  }
  return bytes.toString().replace(/\r?\n$/, "");
}

/** @throws Error that says what is wrong with the value, and does not show it */
export function checkValue(value: string, current: string): void {
  const bytes = Buffer.byteLength(value);
  if (bytes < 1 || bytes > MAX_TEXT_BYTES) {
    throw new Error(
      `The new value: expected 1 to ${MAX_TEXT_BYTES} bytes, found ${bytes}. Type it, give it on standard input ` +
        "(npm run rotate -- KEY --yes < file), or let --generate make one.",
    );
  }
  if (value === current) {
    throw new Error("The new value is the one that is there already. Nothing was changed.");
  }
}
