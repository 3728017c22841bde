import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { Interrupted } from "./command/interruption";
import { HiddenLine } from "./hidden-line";

/** The maximum time between two parts of a paste. */
const QUIET_MS = 200;

const MARK_PASTES = "\u001b[?2004h";
const DO_NOT_MARK_PASTES = "\u001b[?2004l";

/** A terminal that does not echo what is typed. Ctrl-C works as usual. */
export interface HiddenInput {
  /**
   * Asks for a line, or for a paste of several lines and Enter, without showing it.
   *
   * @throws Interrupted
   */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /**
   * Asks for a yes, and shows the answer.
   *
   * @returns whether the answer is yes; anything else is no
   * @throws Interrupted
   */
  confirm(question: string, signal: AbortSignal): Promise<boolean>;
  /** Turns the echo on again. */
  release(): void;
}

/** Turns off the echo from now on. Input typed before a question is discarded, so that it is not taken as the answer. */
export function hideInput(): HiddenInput {
  const { stdin, stderr } = process;
  let line: HiddenLine | undefined;
  let early = false;
  let receivedAt = Date.now();
  const receive = (chunk: string) => {
    receivedAt = Date.now();
    const typed = line ?? new HiddenLine();
    typed.feed(chunk);
    early ||= line === undefined;
    // In raw mode the terminal does not send the signal, so we send it to the process group.
    if (typed.interrupted) process.kill(0, "SIGINT");
    stdin.emit("typed");
  };
  const untilQuiet = async () => {
    for (let left = QUIET_MS; left > 0; left = receivedAt + QUIET_MS - Date.now()) await delay(left);
  };
  const discardEarly = async () => {
    if (!early) return;
    await untilQuiet();
    early = false;
    stderr.write("What was typed before this question was discarded.\n");
  };
  const hide = () => {
    stdin.setRawMode(true);
    stdin.setEncoding("utf8").on("data", receive).resume();
    stderr.write(MARK_PASTES);
  };
  const release = () => {
    if (!stdin.isRaw) return;
    stderr.write(DO_NOT_MARK_PASTES);
    stdin.off("data", receive).pause();
    stdin.setRawMode(false);
  };
  hide();
  return {
    async ask(question, signal) {
      await discardEarly();
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
        line = undefined;
        stderr.write("\n");
      }
      if (answer.cut) {
        throw new Error(
          "Several lines came at once, and only the first would have been read, so nothing was read. Give a value of " +
            "several lines on standard input, from a file.",
        );
      }
      return answer.text;
    },
    async confirm(question, signal) {
      // A yes that was typed a moment ago may not have arrived.
      await delay(QUIET_MS);
      await discardEarly();
      release();
      try {
        return await showing(question, signal);
      } finally {
        hide();
      }
    },
    release,
  };
}

async function showing(question: string, signal: AbortSignal): Promise<boolean> {
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
