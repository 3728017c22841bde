import { fork } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { killFamily } from "../kit/kill-family";

/**
 * Runs `start` or `dev` in a process group of its own, and cleans up however the command ends. When the command exits
 * or is killed, this process kills everything that the command started and removes its folder. When this process is
 * killed, the command notices (see main.ts) and cleans up itself.
 */
const [command = "start", ...args] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloudflare-worker-secrets-"));
const child = fork(path.join(__dirname, command + path.extname(__filename)), args, {
  detached: true,
  env: { ...withoutTheUsersOwn(process.env), SESSION_FOLDER: folder },
  stdio: ["ignore", "inherit", "inherit", "ipc"],
});

/** Some package managers forward a signal that the terminal has already sent to this process: still one Ctrl-C. */
const ONE_CTRL_C_MS = 300;

let interruptedAt: number | undefined;
/** The first call asks the command to stop gracefully; the second one kills it. */
function interrupt(): void {
  if (interruptedAt === undefined) {
    interruptedAt = Date.now();
    child.send("interrupt", () => undefined);
  } else if (Date.now() - interruptedAt > ONE_CTRL_C_MS) {
    child.kill("SIGKILL");
  }
}
process.on("SIGINT", interrupt).on("SIGTERM", interrupt).on("SIGHUP", interrupt);

// npm forwards SIGTERM to a shell, which dies without forwarding it. Watch for the death of the parent instead.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent && interruptedAt === undefined) {
    interrupt();
  }
}, 500);

child.on("exit", (code, signal) => {
  const status = interruptedAt === undefined ? signal : "SIGINT";
  process.exit(code ?? 128 + (status === null ? 0 : os.constants.signals[status]));
});

process.on("exit", () => {
  killFamily(child.pid ?? Number.NaN);
  // A process that was just killed may still be writing.
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/**
 * Drops the variables with the user's accounts, logins, stacks and tokens: the session must not use or see them. Only a
 * stack that the user names may have a passphrase of the user's.
 */
function withoutTheUsersOwn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const passphrase = args.some((argument) => argument.startsWith("--stack"))
    ? ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"]
    : [];
  const wanted = ["PULUMI_HOME", "CLOUDFLARE_PROVIDER", ...passphrase];
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => wanted.includes(name) || !/^(?:PULUMI|CLOUDFLARE|CF)_/.test(name)),
  );
}
