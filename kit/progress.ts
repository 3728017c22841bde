/** Shows the progress of a task that takes minutes. */
export interface Progress {
  /** Sets the text that is shown from the next tick on. */
  note(doing: string): void;
  stop(): void;
}

/** How often to print a new line if lines cannot be rewritten, as in a pipe or a log file. */
const LINE_EVERY_MS = 15_000;
const DIM = "\u001b[2m";
const PLAIN = "\u001b[0m";
const CLEAR_LINE = "\r\u001b[2K";

function formatElapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** Rewrites one line on a terminal. With `log` or without a terminal, prints a line a few times a minute. */
export function startProgress(what: string, log?: (line: string) => void): Progress {
  const started = Date.now();
  const terminal = log === undefined && process.stderr.isTTY;
  const write =
    log ??
    ((line: string) => {
      process.stderr.write(`${line}\n`);
    });
  let doing = "";
  const text = () => `${what}: ${formatElapsed(Date.now() - started)}${doing === "" ? "" : `, ${doing}`}`;
  const tick = () => {
    if (!terminal) {
      write(text());
      return;
    }
    const width = (process.stderr.columns || 80) - 1;
    process.stderr.write(`${CLEAR_LINE}${DIM}${text().slice(0, width)}${PLAIN}`);
  };
  tick();
  const timer = setInterval(tick, terminal ? 1000 : LINE_EVERY_MS);
  return {
    note: (now) => {
      doing = now;
    },
    stop: () => {
      clearInterval(timer);
      if (terminal) process.stderr.write(CLEAR_LINE);
    },
  };
}
