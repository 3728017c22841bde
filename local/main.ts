import * as fs from "node:fs/promises";
import { explain } from "../kit/explain";
import { killFamily } from "../kit/kill-family";
import type { SessionOptions } from "./session";

/** What every command's help ends with. */
const ENVIRONMENT = `
  CLOUDFLARE_PROVIDER=official|local   which provider talks to it; unset, the official one where it can be had
  NO_COLOR=1                           no colours on a terminal
`;

/** How long it may tidy up when run.ts is gone, and with it the user who could press Ctrl-C again. */
const ORPHAN_MS = 5_000;

/**
 * The frame of a command that run.ts starts: its help, its interruption and its exit code, which is 130 when it was
 * interrupted half-way.
 *
 * @param help printed for `--help`
 * @param run the command; its options carry a signal that aborts on Ctrl-C and when run.ts is gone
 */
export async function main(help: string, run: (options: SessionOptions) => Promise<void>): Promise<void> {
  const args = process.argv.slice(2);
  const folder = process.env.SESSION_FOLDER ?? "";
  // What the Workers runtime and others keep in the temporary folder goes with the session's.
  process.env.TMPDIR = folder;
  const interruption = interruptions(() => leave(folder));
  try {
    if (args.includes("--help") || args.includes("-h")) {
      process.stdout.write(help + ENVIRONMENT);
      return;
    }
    if (args.length > 0) {
      process.exitCode = 2;
      process.stderr.write(`Unknown argument: ${args.join(" ")}\n\n${help}${ENVIRONMENT}`);
      return;
    }
    await run({
      folder,
      color: process.stdout.isTTY && !process.env.NO_COLOR,
      signal: interruption,
      log: (line) => void process.stdout.write(`${line}\n`),
      onOutput: (text) => void process.stdout.write(text),
    });
  } catch (error) {
    process.exitCode = interruption.aborted ? 130 : 1;
    process.stderr.write(
      `${interruption.aborted ? "Interrupted; everything was cleaned up." : explain(error)}\n`,
    );
  } finally {
    await leave(folder);
  }
}

/** A signal that aborts when this process is told to stop, or when nobody listens any more. */
function interruptions(leaveNow: () => Promise<void>): AbortSignal {
  const interruption = new AbortController();
  const interrupt = () => {
    interruption.abort();
  };
  const orphaned = () => {
    interrupt();
    setTimeout(() => void leaveNow(), ORPHAN_MS).unref();
  };
  // Signals end at run.ts, which sends a message instead: the Workers runtime's library would exit at a signal.
  process.on("message", interrupt);
  // A closed terminal, or `npm start | head`.
  process.stdout.on("error", interrupt);
  process.stderr.on("error", interrupt);
  process.on("disconnect", orphaned);
  if (!process.connected) {
    orphaned();
  }
  return interruption.signal;
}

/** Ends this process; run.ts then kills what it started and removes the folder, and when that is gone, this does. */
async function leave(folder: string): Promise<never> {
  if (!process.connected) {
    killFamily(process.pid);
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  process.exit();
}
