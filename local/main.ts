import * as fs from "node:fs/promises";
import type { Command, Options, Positionals, Values } from "../kit/command/command";
import { main as runCommand } from "../kit/command/main";
import { killFamily } from "../kit/kill-family";

const ENVIRONMENT = `Environment:
  CLOUDFLARE_PROVIDER=official|local   which provider talks to it; unset, the official one if it can be had
  NO_COLOR=1                           no colours on a terminal
`;

/** How long the command may clean up once run.ts is gone: a second Ctrl-C can no longer stop it. */
const ORPHAN_MS = 5_000;

/** What a command gets besides its arguments. */
export interface CommandFrame {
  /** A folder for the command's files, which is removed afterwards. */
  readonly folder: string;
  readonly color: boolean;
  /** Aborts when the command is to stop. */
  readonly signal: AbortSignal;
  /** Prints a line. */
  readonly log: (line: string) => void;
  /** Prints text without adding a line end. */
  readonly onOutput: (text: string) => void;
}

/**
 * Runs a command that run.ts started, with the help, errors and exit codes that all commands share.
 *
 * @param run the command; its frame has a signal that aborts on Ctrl-C and when run.ts is gone
 */
export async function main<P extends Positionals, O extends Options>(
  command: Command<P, O>,
  run: (frame: CommandFrame, values: Values<P, O>) => Promise<void>,
): Promise<void> {
  const folder = process.env.SESSION_FOLDER ?? "";
  // The Workers runtime and other tools write to the temporary folder, so their files are removed with the session's.
  process.env.TMPDIR = folder;
  const interrupted = interruptions(() => leave(folder));
  await runCommand(
    { ...command, notes: `${command.notes}\n\n${ENVIRONMENT}` },
    async (values, { color, log, onOutput }) => {
      await run({ folder, color, signal: interrupted, log, onOutput }, values);
      return 0;
    },
    {
      interruption: { interrupted, terminated: interrupted },
      farewell: "Interrupted; everything was cleaned up.",
      exit: (code) => {
        process.exitCode = code;
        void leave(folder);
      },
    },
  );
}

/** A signal that aborts when this process is told to stop, or when its output is no longer read. */
function interruptions(leaveNow: () => Promise<void>): AbortSignal {
  const interruption = new AbortController();
  const interrupt = () => {
    interruption.abort();
  };
  const orphaned = () => {
    interrupt();
    setTimeout(() => void leaveNow(), ORPHAN_MS).unref();
  };
  // run.ts receives the signals and sends a message instead, because Miniflare exits the process on a signal.
  process.on("message", interrupt);
  // The terminal was closed, or the output is piped: `npm start | head`.
  process.stdout.on("error", interrupt);
  process.stderr.on("error", interrupt);
  process.on("disconnect", orphaned);
  if (!process.connected) {
    orphaned();
  }
  return interruption.signal;
}

/** Ends this process. run.ts then kills what it started and removes the folder; if run.ts is gone, this does both. */
async function leave(folder: string): Promise<never> {
  if (!process.connected) {
    killFamily(process.pid);
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  process.exit();
}
