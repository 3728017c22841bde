import { spawnSync } from "node:child_process";

/**
 * Kills a process group and all descendants of its members, except this process. Pulumi starts its plugins in their
 * own groups, and a plugin may take minutes to notice that its engine is gone.
 */
export function killFamily(leader: number): void {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,pgid="], { encoding: "utf8" });
  const family = new Set<number>();
  for (let before = -1; before < family.size;) {
    before = family.size;
    // Without `ps` the output is empty.
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
      // The process has already ended.
    }
  }
}
