import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import * as fs from "node:fs/promises";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Checkout } from "./checkout";
import { processesWith } from "./processes";

/** Reads the processes' environment where Linux shows it. */
export const TEST = { timeout: 180_000, skip: process.platform !== "linux" && "it reads /proc" };

export interface CommandOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Through npm, as users start it; otherwise what npm runs, whose exit code is then seen. */
  readonly npm?: boolean;
  /** What it reads from standard input; without it there is nothing to read. */
  readonly input?: string | Buffer;
  /** Leaves standard input open without a word, as some jobs do. */
  readonly openInput?: boolean;
  /** On a terminal, where `type` types. */
  readonly terminal?: boolean;
}

/** A script of package.json in a process group of its own, as a terminal starts it. */
export class Command {
  output = "";
  readonly #child: ChildProcess;
  readonly #heard = new EventEmitter();
  readonly #closed: Promise<unknown>;
  #mark = 0;

  private constructor(
    private readonly test: TestContext,
    private readonly checkout: Checkout,
    command: readonly string[],
    env: NodeJS.ProcessEnv,
    { input = "", openInput = false, terminal = false }: CommandOptions,
  ) {
    const [program = "", ...args] = command;
    this.#child = spawn(program, args, {
      cwd: checkout.root,
      detached: true,
      env: { ...process.env, PULUMI_HOME: checkout.home, ...env, TMPDIR: checkout.tmp },
      stdio: "pipe",
    });
    this.#child.stdin?.on("error", () => undefined);
    if (!terminal && !openInput) this.#child.stdin?.end(input);
    const hear = (text: string) => {
      this.output += text;
      this.#heard.emit("text");
    };
    this.#child.stdout?.setEncoding("utf8").on("data", hear);
    this.#child.stderr?.setEncoding("utf8").on("data", hear);
    this.#closed = once(this.#child, "close").then(() => this.#heard.emit("text"));
    test.after(async () => {
      for (const { pid } of await this.processes()) process.kill(pid, "SIGKILL");
    });
  }

  static async start(
    test: TestContext,
    checkout: Checkout,
    script: "start" | "dev" | "rotate" | "audit",
    options: CommandOptions = {},
  ): Promise<Command> {
    const { args = [], env = {}, npm = false, terminal = false } = options;
    const { scripts } = JSON.parse(await checkout.read("package.json")) as {
      scripts: Record<string, string>;
    };
    const [, ...words] = scripts[script]?.split(" ") ?? [];
    const command = npm
      ? ["npm", "run", "--silent", script, "--", ...args]
      : [process.execPath, ...words, ...args];
    const onTerminal = [
      "script",
      "--quiet",
      "--flush",
      "--return",
      "--command",
      command.join(" "),
      "/dev/null",
    ];
    return new Command(test, checkout, terminal ? onTerminal : command, env, options);
  }

  /** Waits until it prints something new that matches, and returns the match; what stands before it is then old. */
  async hears(pattern: RegExp): Promise<RegExpExecArray> {
    const says = `never said ${pattern.source}:\n`;
    // Before the test's own limit, which would not tell what it did say.
    const limit = setTimeout(() => this.#heard.emit("error", new Error("Time is up")), TEST.timeout / 3);
    try {
      for (;;) {
        const found = pattern.exec(this.output.slice(this.#mark));
        if (found) {
          this.#mark += found.index + found[0].length;
          return found;
        }
        assert.equal(this.#child.exitCode, null, `It ended and ${says}${this.output}`);
        await once(this.#heard, "text").catch(() => assert.fail(`It ${says}${this.output}`));
      }
    } finally {
      clearTimeout(limit);
    }
  }

  /** Types on its terminal. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** As a terminal sends it: to all of the group. */
  ctrlC(): void {
    process.kill(-(this.#child.pid ?? Number.NaN), "SIGINT");
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Closes the reading end of what it prints, as `| head` does. */
  stopListening(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Waits for its end and returns its exit code, or the signal that ended it. */
  async exit(): Promise<number | NodeJS.Signals | null> {
    await this.#closed;
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  /** Waits until one of its processes has such a word in its command line, and returns that process. */
  async runs(pattern: RegExp): Promise<number> {
    for (;;) {
      const found = (await this.processes()).find(({ words }) => words.some((word) => pattern.test(word)));
      if (found) return found.pid;
      assert.ok(!this.test.signal.aborted, `Nothing runs ${pattern.source}:\n${this.output}`);
      await delay(50);
    }
  }

  /** All that run with the environment of this command, in whichever group they are. */
  processes() {
    return processesWith(`TMPDIR=${this.checkout.tmp}`);
  }

  /** Waits for the end of all its processes, and looks for whatever else it may have left. */
  async leavesNothing(): Promise<void> {
    for (let left = await this.processes(); left.length > 0; left = await this.processes()) {
      const lines = left.map(({ pid, words }) => `${pid} ${words.join(" ")}`).join("\n");
      assert.ok(!this.test.signal.aborted, `Still running:\n${lines}\n${this.output}`);
      await delay(50);
    }
    for (const [address] of this.output.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)) {
      await assert.rejects(fetch(address), address);
    }
    // tsx keeps what it has compiled, npm and node likewise.
    const left = (await fs.readdir(this.checkout.tmp)).filter((name) => !/^(?:tsx-|node-)/.test(name));
    assert.deepEqual(left, []);
    assert.deepEqual((await fs.readdir(this.checkout.home)).sort(), ["plugins", "versions"]);
  }
}
