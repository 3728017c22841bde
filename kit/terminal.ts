import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Interrupted } from "./command/interruption";

/**
 * Asks on the terminal and returns the line that is typed.
 *
 * @param options.echo whether what is typed is shown
 * @param options.signal ends it
 * @throws Interrupted
 */
export async function ask(
  question: string,
  { echo, signal }: { echo: boolean; signal: AbortSignal },
): Promise<string> {
  const silent = new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const terminal = createInterface({
    input: process.stdin,
    output: echo ? process.stderr : silent,
    terminal: true,
    historySize: 0,
    signal,
  });
  try {
    if (!echo) {
      process.stderr.write(question);
    }
    return await new Promise<string>((resolve, reject) => {
      terminal.question(question, resolve);
      terminal.once("close", () => {
        reject(new Interrupted());
      });
    });
  } finally {
    terminal.close();
    if (!echo) {
      process.stderr.write("\n");
    }
  }
}

/** @returns whether the answer is yes; anything else is no */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const answer = await ask(`${question} [y/N] `, { echo: true, signal });
  return /^\s*y(es)?\s*$/i.test(answer);
}
