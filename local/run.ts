import { fork } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * Runs `start` or `dev` in a process group of its own, and leaves nothing behind however that ends: when it exits or
 * is killed, its group is killed and its folder removed. When this process is killed, the child notices
 * (see command.ts) and tidies up itself.
 */
const [command = "start", ...args] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloudflare-worker-secrets-"));
const child = fork(path.join(__dirname, `${command}.ts`), args, {
  detached: true,
  env: { ...process.env, SESSION_FOLDER: folder },
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
  fs.rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 128 + (signal === null ? 1 : os.constants.signals[signal]);
});

function killGroup(): void {
  try {
    process.kill(-(child.pid ?? Number.NaN), "SIGKILL");
  } catch {
    // All of the group are gone already.
  }
}
