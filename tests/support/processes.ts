import * as fs from "node:fs/promises";
import * as path from "node:path";

interface Running {
  readonly pid: number;
  /** The words of the command line. */
  readonly words: readonly string[];
}

/** The processes whose initial environment contains this text. */
export async function processesWith(text: string): Promise<Running[]> {
  const pids = (await fs.readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    pids.map(async (pid) => {
      const [environ, line] = await Promise.all([read(pid, "environ"), read(pid, "cmdline")]);
      return { pid: Number(pid), words: line.split("\0"), has: environ.includes(text) };
    }),
  );
  return all.filter(({ has }) => has);
}

/** Returns an empty text if the process has ended or belongs to another user. */
function read(pid: string, file: string): Promise<string> {
  return fs.readFile(path.join("/proc", pid, file), "utf8").catch(() => "");
}
