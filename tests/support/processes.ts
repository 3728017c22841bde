import * as fs from "node:fs/promises";
import * as path from "node:path";

interface Running {
  readonly pid: number;
  /** Its command line. */
  readonly words: readonly string[];
}

/** The processes of this machine that were started with an environment that has this text. */
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

/** A process that ends meanwhile, or is another user's, has nothing to tell. */
function read(pid: string, file: string): Promise<string> {
  return fs.readFile(path.join("/proc", pid, file), "utf8").catch(() => "");
}
