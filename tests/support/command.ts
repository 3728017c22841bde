import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import * as fs from "node:fs/promises";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Checkout } from "./checkout";
import { processesWith } from "./processes";

/** The tests find a command's processes by their environment, which only Linux shows. */
export const TEST = {
  timeout: 400_000,
  skip: process.platform !== "linux" && "the test reads /proc, which only Linux has",
};

export interface CommandOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Runs the script through npm, as users do. By default it runs directly, which keeps its own exit code. */
  readonly npm?: boolean;
  /** The content of standard input. @default empty */
  readonly input?: string | Buffer;
  /** Leaves standard input open and empty, as some CI jobs do. */
  readonly openInput?: boolean;
  /** Runs the script on a terminal; `type` sends it keys. */
  readonly terminal?: boolean;
}

/** A running script of package.json, in its own process group, as a shell starts it on a terminal. */
export class Command {
  output = "";
  /** What was printed, and when, in milliseconds. */
  readonly chunks: (readonly [at: number, text: string])[] = [];
  readonly #child: ChildProcess;
  readonly #printed = new EventEmitter();
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
    const keep = (text: string) => {
      this.output += text;
      this.chunks.push([performance.now(), text]);
      this.#printed.emit("text");
    };
    this.#child.stdout?.setEncoding("utf8").on("data", keep);
    this.#child.stderr?.setEncoding("utf8").on("data", keep);
    this.#closed = once(this.#child, "close").then(() => this.#printed.emit("text"));
    test.after(async () => {
      for (const { pid } of await this.processes()) process.kill(pid, "SIGKILL");
    });
  }

  static async start(
    test: TestContext,
    checkout: Checkout,
    script:
      | "start"
      | "dev"
      | "preview"
      | "deploy"
      | "rotate"
      | "audit"
      | "repair"
      | "secrets"
      | "adopt"
      | "from-v5",
    options: CommandOptions = {},
  ): Promise<Command> {
    // Another test's Worker may get a fixed port as soon as this one's is free.
    const ports = script === "dev" ? ["--port", "0"] : [];
    const { env = {}, npm = false, terminal = false } = options;
    const args = [...ports, ...(options.args ?? [])];
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

  /** Waits for new output that matches and returns the match. The next call starts after it. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    const missing = `without printing ${pattern.source}:\n`;
    // Times out before the test does, because the test's own timeout error does not include the output.
    const limit = setTimeout(() => this.#printed.emit("error", new Error("Time is up")), TEST.timeout / 3);
    try {
      for (;;) {
        const found = pattern.exec(this.output.slice(this.#mark));
        if (found) {
          this.#mark += found.index + found[0].length;
          return found;
        }
        assert.equal(this.#child.exitCode, null, `The command ended ${missing}${this.output}`);
        await once(this.#printed, "text").catch(() =>
          assert.fail(`The command kept running ${missing}${this.output}`),
        );
      }
    } finally {
      clearTimeout(limit);
    }
  }

  /** Sends keys to the command's terminal. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Interrupts the whole process group, as a terminal does. */
  ctrlC(): void {
    process.kill(-(this.#child.pid ?? Number.NaN), "SIGINT");
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Closes the reading end of the command's output, as `| head` does. */
  stopListening(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Waits for the command to end and returns its exit code, or the signal that ended it. */
  async exit(): Promise<number | NodeJS.Signals | null> {
    await this.#closed;
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  /** Waits for one of the command's processes to have a matching word in its command line, and returns its id. */
  async runs(pattern: RegExp): Promise<number> {
    for (;;) {
      const found = (await this.processes()).find(({ words }) => words.some((word) => pattern.test(word)));
      if (found) return found.pid;
      assert.ok(!this.test.signal.aborted, `Nothing runs ${pattern.source}:\n${this.output}`);
      await delay(50);
    }
  }

  /** All processes that the command started, in any process group. */
  processes() {
    return processesWith(`TMPDIR=${this.checkout.tmp}`);
  }

  /** Waits until all of the command's processes have ended, and checks that no open port and no file is left. */
  async leavesNothing(): Promise<void> {
    for (let left = await this.processes(); left.length > 0; left = await this.processes()) {
      const lines = left.map(({ pid, words }) => `${pid} ${words.join(" ")}`).join("\n");
      assert.ok(!this.test.signal.aborted, `Still running:\n${lines}\n${this.output}`);
      await delay(50);
    }
    for (const [address] of this.output.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)) {
      await assert.rejects(fetch(address), address);
    }
    // tsx and node keep compiled code there.
    const left = (await fs.readdir(this.checkout.tmp)).filter((name) => !/^(?:tsx-|node-)/.test(name));
    assert.deepEqual(left, []);
    assert.deepEqual((await fs.readdir(this.checkout.home)).sort(), ["plugins", "versions"]);
  }
}
