import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import { commandLine } from "../../../component/contract/command-line";
import type { Command } from "../command";
import type { Rotation } from "../rotation";
import { CAST, formatCast, parseCast, PICTURE, plain, ranIn, readCast, Recorder } from "./cast";
import { picture } from "./svg";

type Script = "preview" | "deploy";

/**
 * The session at the top of the README, which runs in a test. The test compares what the commands print with the recording;
 * with RECORD=1 in the environment it makes the recording.
 */
export class Session {
  readonly #recorder = new Recorder();

  constructor(private readonly rotation: Rotation) {}

  /** Says in a comment what the reader does not see. */
  says(comment: string): void {
    this.#recorder.type(`# ${comment}`);
  }

  /** Runs a command, which the reader sees, and returns what it printed. */
  async run(script: Script, args: readonly string[], code = 0): Promise<string> {
    const command = await this.#run(script, args, code);
    this.#recorder.type(commandLine(script, args));
    this.#recorder.print(command.chunks);
    return plain(command.output);
  }

  /** Runs a command that is not in the recording. */
  async runUnseen(script: Script, args: readonly string[]): Promise<string> {
    return plain((await this.#run(script, args, 0)).output);
  }

  async #run(script: Script, args: readonly string[], code: number): Promise<Command> {
    const command = await this.rotation.start(script, args, { npm: true, terminal: true });
    assert.equal(await command.exit(), code, command.output);
    return command;
  }

  /** @throws if a command of the recording would not be run so, or a line of it would not be printed */
  async end(): Promise<void> {
    const cast = {
      version: 2 as const,
      width: 100,
      height: 27,
      title: "A preview, a deploy, and a preview that is refused",
      events: this.#recorder.events,
    };
    const text = formatCast(cast);
    if (process.env.RECORD) {
      await fs.writeFile(CAST, text);
      await fs.writeFile(PICTURE, picture(cast));
      return;
    }
    const [now, recorded] = [ranIn(parseCast(text)), ranIn(readCast())];
    assert.deepEqual(
      now.map(({ command }) => command),
      recorded.map(({ command }) => command),
    );
    for (const [index, { command, output }] of recorded.entries()) {
      const printed = linesOf(now[index]?.output ?? "");
      const gone = linesOf(output).filter((line) => !printed.includes(line));
      assert.deepEqual(gone, [], `${command} prints no such lines any more: npm run docs:record`);
    }
  }
}

/** The lines of an output. Pulumi repeats one with dots while it works. */
function linesOf(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => !line.startsWith("@ "))
    .map((line) => line.trimEnd());
}
