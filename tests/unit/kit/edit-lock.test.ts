import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { lockForEdit } from "../../../kit/edit/edit-lock";
import { type ProcessIdentity, thisProcess } from "../../../kit/edit/process-identity";

let file: string;
let folder: string;

beforeEach(async () => {
  const parent = await fs.mkdtemp(path.join(os.tmpdir(), "edit-lock-"));
  file = path.join(parent, "Pulumi.prod.yaml");
  folder = path.join(parent, ".Pulumi.prod.edit");
});

afterEach(() => fs.rm(path.dirname(file), { recursive: true, force: true }));

/** Creates the lock of another process, silent for some seconds. */
async function leaveLock(owner: Partial<ProcessIdentity>, silentSeconds = 0): Promise<void> {
  const note = path.join(folder, "owner.json");
  await fs.mkdir(folder);
  await fs.writeFile(note, JSON.stringify({ ...(await thisProcess()), id: "theirs", ...owner }));
  const heard = new Date(Date.now() - silentSeconds * 1000);
  await fs.utimes(note, heard, heard);
}

/** Returns the id of a process that has ended. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? NaN;
}

test("only one process can hold the lock, and its release leaves no file", async () => {
  const lock = await lockForEdit(file);
  await expect(lockForEdit(file)).rejects.toThrow(
    `Another edit of this stack's config is under way (process ${process.pid} on host ${os.hostname()})`,
  );
  await lock.check();
  await lock.release();
  const next = await lockForEdit(file);
  await next.release();
  expect(await fs.readdir(path.dirname(file))).toEqual([]);
});

test.each<[string, Partial<ProcessIdentity>]>([
  ["host", { host: "another-host" }],
  ["container on this host", { space: "another-namespace" }],
])("a lock from another %s is not taken over, although its process is not visible", async (_, where) => {
  const pid = await endedPid();
  await leaveLock({ ...where, pid });
  await expect(lockForEdit(file)).rejects.toThrow(
    /is under way \(process \d+ on host .*Run this again after it/,
  );
  await fs.rm(folder, { recursive: true });
  await leaveLock({ ...where, pid }, 60);
  await expect(lockForEdit(file)).rejects.toThrow(`silent since`);
  await expect(lockForEdit(file)).rejects.toThrow(`rm -r ${folder}`);
  expect(await fs.readdir(folder)).toEqual(["owner.json"]);
});

test("a lock with an unknown owner is not taken over", async () => {
  await fs.mkdir(folder);
  await expect(lockForEdit(file)).rejects.toThrow(/under way \(unknown process\)/);
  await fs.writeFile(path.join(folder, "owner.json"), "[]");
  await expect(lockForEdit(file)).rejects.toThrow(/under way \(unknown process\)/);
});

test("a lock whose owner has ended is taken over by only one process", async () => {
  await leaveLock({ pid: await endedPid() }, 60);
  const heirs = await Promise.allSettled([lockForEdit(file), lockForEdit(file), lockForEdit(file)]);
  const locks = heirs.flatMap((heir) => (heir.status === "fulfilled" ? [heir.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]?.check();
  await locks[0]?.release();
  expect(await fs.readdir(path.dirname(file))).toEqual([]);
});

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("another process with the owner's id is not the owner", async () => {
  await leaveLock({ started: "1" });
  await (await lockForEdit(file)).release();
});

onLinux("a zombie counts as ended", async () => {
  // The shell becomes `sleep`, which does not wait for its child.
  const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    while (!(await fs.readFile(`/proc/${pid}/stat`, "utf8")).includes(") Z ")) await fs.readdir("/proc");
    await leaveLock({ pid });
    await (await lockForEdit(file)).release();
  } finally {
    parent.kill();
  }
});

test("the removal of a lock is detected, and the next owner keeps its lock", async () => {
  const lock = await lockForEdit(file);
  await fs.rm(folder, { recursive: true });
  await expect(lock.check()).rejects.toThrow(/was removed meanwhile/);
  const next = await lockForEdit(file);
  await lock.release();
  await next.check();
  await next.release();
});
