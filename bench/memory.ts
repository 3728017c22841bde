import * as fs from "node:fs";

export interface Memory {
  /** The highest peak among all single processes, in MB. */
  readonly largest: number;
  /** The most that all processes held at one moment, in MB. Shared pages count once for each process. */
  readonly together: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

const INTERVAL_MS = 40;
const NONE: Memory = { largest: NaN, together: NaN };

/** Watches the processes that this one starts from now on, and their children. Linux only; `NaN` elsewhere. */
export function watchMemory(): { stop: () => Memory } {
  if (!fs.existsSync("/proc/self/status")) return { stop: () => NONE };
  const before = new Set(descendants().map(({ pid }) => pid));
  let largest = 0;
  let together = 0;
  const look = () => {
    let sum = 0;
    for (const { pid } of descendants().filter((found) => !before.has(found.pid))) {
      const status = read(`/proc/${pid}/status`);
      largest = Math.max(largest, kilobytes(status, "VmHWM"));
      sum += kilobytes(status, "VmRSS");
    }
    together = Math.max(together, sum);
  };
  const timer = setInterval(look, INTERVAL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return { largest: largest / 1024, together: together / 1024 };
    },
  };
}

/**
 * What a process and all that it started hold now, in MB. A page that processes share counts once. Linux only; `NaN`
 * elsewhere.
 */
export function memoryOf(pid: number): number {
  if (!fs.existsSync("/proc/self/smaps_rollup")) return NaN;
  const pids = [pid, ...descendants(pid).map((found) => found.pid)];
  return pids.reduce((sum, one) => sum + kilobytes(read(`/proc/${one}/smaps_rollup`), "Pss"), 0) / 1024;
}

/** Leaves out the Workers, which the API runs as children of this process: they are not part of a deploy. */
function descendants(of = process.pid): Process[] {
  const all = fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const [, name, parent] = /\((.*)\) \S (\d+)/.exec(read(`/proc/${pid}/stat`)) ?? [];
      return name === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), name }];
    });
  const under = (parent: number): Process[] =>
    all
      .filter((found) => found.parent === parent && !(parent === process.pid && found.name === "workerd"))
      .flatMap((found) => [found, ...under(found.pid)]);
  return under(of);
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
}

/** Empty if the process has ended in the meantime. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
