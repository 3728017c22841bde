import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { Interrupted } from "./command/interruption";
import { HiddenLine } from "./hidden-line";

/** The parts of a paste arrive within this time of each other. */
const QUIET_MS = 200;

const MARK_PASTES = "\u001b[?2004h";
const DO_NOT_MARK_PASTES = "\u001b[?2004l";

/** The terminal's input, of which nothing is shown. */
export interface HiddenInput {
  /**
   * Asks for a line, or for a paste of several lines and Enter.
   *
   * @throws Interrupted
   */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** Shows again what is typed. */
  release(): void;
}

/**
 * Shows nothing that is typed from now on. It also keeps what is typed before a question from becoming its answer.
 * Ctrl-C works as usual.
 */
export function hideInput(): HiddenInput {
  const { stdin, stderr } = process;
  let line: HiddenLine | undefined;
  let early = false;
  let heardAt = 0;
  const hear = (chunk: string) => {
    heardAt = Date.now();
    const typed = line ?? new HiddenLine();
    typed.feed(chunk);
    early ||= line === undefined;
    // The terminal, which no longer looks for it, would send the signal to this process and to those it has started.
    if (typed.interrupted) process.kill(0, "SIGINT");
    stdin.emit("typed");
  };
  const untilQuiet = async () => {
    for (let left = QUIET_MS; left > 0; left = heardAt + QUIET_MS - Date.now()) await delay(left);
  };
  stdin.setRawMode(true);
  stdin.setEncoding("utf8").on("data", hear).resume();
  stderr.write(MARK_PASTES);
  return {
    async ask(question, signal) {
      if (early) {
        await untilQuiet();
        stderr.write("What was typed before this question was discarded.\n");
      }
      stderr.write(question);
      const answer = (line = new HiddenLine());
      try {
        while (!answer.entered) {
          await once(stdin, "typed", { signal }).catch(() => {
            throw new Interrupted();
          });
          if (answer.interrupted || answer.ended) throw new Interrupted();
        }
        await untilQuiet();
      } finally {
        stderr.write("\n");
      }
      if (answer.cut) {
        throw new Error(
          "Several lines came at once, and the answer would have been only the first, so it was not taken. Give a value " +
            "of several lines on standard input, from a file.",
        );
      }
      return answer.text;
    },
    release() {
      if (!stdin.isRaw) return;
      stderr.write(DO_NOT_MARK_PASTES);
      stdin.off("data", hear).pause();
      stdin.setRawMode(false);
    },
  };
}

/**
 * Asks on the terminal.
 *
 * @returns whether the answer is yes; anything else is no
 * @throws Interrupted
 */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  // A yes that was typed before the question answers another one.
  const early = hideInput();
  await delay(QUIET_MS);
  early.release();
  const terminal = createInterface({ input: process.stdin, output: process.stderr, historySize: 0, signal });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      terminal.question(`${question} [y/N] `, resolve);
      terminal.once("close", () => {
        reject(new Interrupted());
      });
    });
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    terminal.close();
  }
}
