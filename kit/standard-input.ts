import { isUtf8 } from "node:buffer";
import { addAbortSignal } from "node:stream";
import { buffer } from "node:stream/consumers";
import { Interrupted } from "./command/interruption";

/**
 * Reads all of standard input. Secrets come from there, because every process can read arguments.
 *
 * @param what is read, for messages
 * @throws Interrupted
 */
export async function readStandardInput(what: string, signal: AbortSignal): Promise<string> {
  // A job that leaves its input open would otherwise hang here silently.
  process.stderr.write(`Reading standard input for ${what}\n`);
  const bytes = await buffer(addAbortSignal(signal, process.stdin)).catch((error: unknown) => {
    throw signal.aborted ? new Interrupted() : error;
  });
  if (!isUtf8(bytes)) {
    throw new Error("Standard input: expected text as UTF-8. Encode other bytes, as base64 for example.");
  }
  return bytes.toString();
}
