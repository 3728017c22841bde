import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 5;
const LIMIT_MS = 90_000;
/** `npm run dev` takes two signals that come faster for one. */
const SECOND_SIGNAL_MS = 400;

/** A running `npm run dev` or `wrangler dev`. */
export class DevTool {
  #output = "";
  #mark = 0;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    const [file = "", ...args] = command;
    this.#child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk: Buffer) => (this.#output += chunk.toString());
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
    this.#closed = once(this.#child, "close");
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** Asks until the answer is the expected one. */
  async answers(url: string, expected: string): Promise<void> {
    let answer = "";
    await this.#until(`answered ${expected}`, async () => {
      answer = await fetch(url).then(
        (response) => response.text(),
        () => "",
      );
      return answer === expected;
    });
  }

  /** Waits for output that matches, after what the last call found. */
  async prints(pattern: RegExp): Promise<void> {
    await this.#until(`printed ${pattern.source}`, () => {
      const found = pattern.exec(this.#output.slice(this.#mark));
      if (found) this.#mark += found.index + found[0].length;
      return Promise.resolve(found !== null);
    });
  }

  /** Ends it and all that it started, without its own cleaning up. */
  async stop(): Promise<void> {
    this.#child.kill("SIGINT");
    await Promise.race([this.#closed, delay(SECOND_SIGNAL_MS)]);
    this.#child.kill("SIGINT");
    await this.#closed;
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const limit = performance.now() + LIMIT_MS;
    while (!(await isSo())) {
      const hasEnded = this.#child.exitCode !== null || this.#child.signalCode !== null;
      if (hasEnded || performance.now() > limit) {
        throw new Error(`${this.#child.spawnargs.join(" ")} has not ${what}:\n${this.#output}`);
      }
      await delay(POLL_MS);
    }
  }
}

/** The first of so many ports in a row that are free. They are below those that systems give out by themselves. */
export async function freePorts(count: number): Promise<number> {
  for (let first = 20_000; ; first += count) {
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
