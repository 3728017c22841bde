import { fork } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * Measures in a process group of its own, whose temporary files all lie in one folder: however the measuring ends,
 * its group is killed and its folder removed. When this process is killed, the measuring one notices and does both.
 */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-"));
const child = fork(require.resolve("./measure.ts"), process.argv.slice(2), {
  detached: true,
  env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder, BENCH_FOLDER: folder },
  stdio: ["ignore", "inherit", "inherit", "ipc"],
});

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // The first asks it to stop in order, the second does not ask.
    if (interrupted) {
      killGroup();
    } else {
      interrupted = true;
      child.kill(signal);
    }
  });
}

child.on("exit", (code, signal) => {
  killGroup();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.exitCode = code ?? 128 + (signal === null ? 1 : os.constants.signals[signal]);
});

function killGroup(): void {
  try {
    process.kill(-(child.pid ?? Number.NaN), "SIGKILL");
  } catch {
    // All of the group are gone already.
  }
}
