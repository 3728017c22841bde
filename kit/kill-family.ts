import { spawnSync } from "node:child_process";

/**
 * Kills a process group and everything that its members have started, except this process. Pulumi gives its plugins
 * groups of their own, and a plugin may take minutes to notice that its engine is gone.
 */
export function killFamily(leader: number): void {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,pgid="], { encoding: "utf8" });
  const family = new Set<number>();
  for (let before = -1; before < family.size;) {
    before = family.size;
    // If there is no `ps`, there is no output.
    for (const row of ((stdout as string | null) ?? "").split("\n")) {
      const [pid = 0, parent = 0, group = 0] = row.trim().split(/\s+/).map(Number);
      if (group === leader || family.has(parent)) {
        family.add(pid);
      }
    }
  }
  family.delete(process.pid);
  if (leader !== process.pid) {
    family.add(-leader);
  }
  for (const target of family) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // The process is gone already.
    }
  }
}
