import { fork } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * Measures in a separate process group whose temporary files are all in one folder. However the measuring ends, this
 * kills the group and removes the folder. If this process is killed, the measuring process notices and does both.
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
    // The first signal asks it to stop in order, the second kills it.
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
    // The whole group has exited already.
  }
}
