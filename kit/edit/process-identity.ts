import * as fs from "node:fs/promises";
import * as os from "node:os";
import { isRunning } from "../is-running";

/**
 * Identifies a process uniquely. Its id alone is not enough: another container or host may use the same one, and so may
 * a later process on this host.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The boot and the namespace in which the id is valid; empty on systems other than Linux. */
  readonly space: string;
  /** When the process started, in ticks since boot; empty on systems other than Linux. */
  readonly started: string;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  const boot = await read("/proc/sys/kernel/random/boot_id");
  const namespace = await fs.readlink("/proc/self/ns/pid").catch(() => "");
  const { pid } = process;
  return { pid, host: os.hostname(), space: `${boot} ${namespace}`, started: await startOf(pid) };
}

/** Whether a process is known to have ended. False for one of another host or container, which is not visible here. */
export async function hasEnded({ pid, host, space, started }: ProcessIdentity): Promise<boolean> {
  const here = await thisProcess();
  if (host !== here.host || space !== here.space) return false;
  if (!isRunning(pid)) return true;
  const now = await startOf(pid);
  // Some systems hide the start of other users' processes.
  return now === ENDED || (now !== "" && now !== started);
}

const ENDED = "ended";

/**
 * The 22nd field of /proc/PID/stat, or an empty text if that cannot be read. The second field is the name in
 * parentheses, which may contain spaces.
 */
async function startOf(pid: number): Promise<string> {
  const status = await read(`/proc/${pid}/stat`);
  const [state, ...fields] = status.slice(status.lastIndexOf(")") + 2).split(" ");
  // A zombie has ended. It stays if the container's first process does not reap it.
  return state === "Z" ? ENDED : (fields[18] ?? "");
}

function read(file: string): Promise<string> {
  return fs.readFile(file, "utf8").then(
    (text) => text.trim(),
    () => "",
  );
}
