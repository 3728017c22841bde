import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment of the command. @default this process's */
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Receives each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

/** How long a command has to tidy up after an interrupt before it is killed. */
const GRACE_MS = 5_000;

/** Removes URLs: one from the environment may contain a user name and a password. */
function withoutAddresses(line: string): string {
  return line.replaceAll(/\b[a-z]+:\/\/\S+?(?=[:;,]?(?:\s|$))/g, "<address>");
}

/**
 * Runs a command until it exits and returns the lines that it printed.
 *
 * @throws Error that says in one line why the command failed
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string[]> {
  const { signal, timeoutMs, onLine } = options;
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const readers = [child.stdout, child.stderr].map((input) =>
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      onLine?.(line);
    }),
  );

  const limit = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([signal, limit]) : limit;
  let killer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    child.kill("SIGINT");
    killer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  };
  stop.addEventListener("abort", interrupt, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      // After an interrupt we do not wait for the pipes, because a grandchild may keep them open.
      child.on("exit", (status) => {
        if (stop.aborted) resolve(status);
      });
      child.on("close", resolve);
    });
    signal?.throwIfAborted();
    if (limit.aborted && code !== 0) throw new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`);
    if (code !== 0) {
      const last = lines.findLast((line) => line.trim() !== "") ?? "no message";
      throw new Error(`exit code ${code ?? "none"}: ${withoutAddresses(last.trim())}`);
    }
    return lines;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new Error("not found", { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(killer);
    stop.removeEventListener("abort", interrupt);
    for (const reader of readers) reader.close();
  }
}
