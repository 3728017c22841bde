import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

const ROOT = path.join(__dirname, "..");

/** Copies all files of the checkout that git does not ignore into an empty folder, and links node_modules there. */
export async function copyFiles(folder: string): Promise<void> {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await promisify(execFile)("git", list, { cwd: ROOT, maxBuffer: 1 << 24 });
  for (const name of stdout.split("\0").filter((entry) => entry !== "")) {
    // git lists a deleted file until the deletion is committed.
    await fs.cp(path.join(ROOT, name), path.join(folder, name), { force: true }).catch(() => undefined);
  }
  await fs.symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
}
