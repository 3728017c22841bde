import * as fs from "node:fs/promises";
import { CommandError } from "@pulumi/pulumi/automation";
import type { SessionOptions } from "./session";

/**
 * The frame of a command that run.ts starts: its help, its interruption and its exit code.
 *
 * @param help printed for `--help`
 * @param run the command; its options carry a signal that aborts on Ctrl-C and when run.ts is gone
 */
export async function main(help: string, run: (options: SessionOptions) => Promise<void>): Promise<void> {
  const args = process.argv.slice(2);
  const folder = process.env.SESSION_FOLDER ?? "";
  const interruption = new AbortController();
  const interrupt = () => {
    interruption.abort();
  };
  try {
    if (args.includes("--help") || args.includes("-h")) {
      process.stdout.write(help);
      return;
    }
    if (args.length > 0) {
      process.exitCode = 2;
      process.stderr.write(`Unknown argument: ${args.join(" ")}\n\n${help}`);
      return;
    }
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt).on("SIGHUP", interrupt);
    process.on("disconnect", interrupt);
    const color = process.stdout.isTTY && !process.env.NO_COLOR;
    await run({
      folder,
      color,
      signal: interruption.signal,
      log: (line) => void process.stdout.write(`${line}\n`),
      onOutput: (text) => void process.stdout.write(text),
    });
  } catch (error) {
    process.exitCode = interruption.signal.aborted ? 130 : 1;
    process.stderr.write(`${explain(error, interruption.signal.aborted)}\n`);
  } finally {
    if (process.connected) {
      process.disconnect();
    } else {
      // run.ts was killed, so nobody else removes it.
      await fs.rm(folder, { recursive: true, force: true });
    }
  }
}

function explain(error: unknown, interrupted: boolean): string {
  if (interrupted) {
    return "Interrupted; everything was cleaned up.";
  }
  if (error instanceof CommandError) {
    // Its message repeats all that Pulumi has printed already.
    return "Pulumi could not finish: see its output above.";
  }
  return error instanceof Error ? error.message : String(error);
}
