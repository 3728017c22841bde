import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

const ROOT = path.join(__dirname, "..");

/**
 * Copies all files of the checkout that git does not ignore into an empty folder, and links node_modules there. The tests
 * stay behind: no copy runs them, and they are a third of the files.
 */
export async function copyFiles(folder: string): Promise<void> {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ":!tests"];
  const { stdout } = await promisify(execFile)("git", list, { cwd: ROOT, maxBuffer: 1 << 24 });
  const names = stdout.split("\0").filter((name) => name !== "");
  for (const place of new Set(names.map((name) => path.dirname(name)))) {
    await fs.mkdir(path.join(folder, place), { recursive: true });
  }
  // git lists a deleted file until the deletion is committed.
  for (const name of names) {
    await fs.copyFile(path.join(ROOT, name), path.join(folder, name)).catch(() => undefined);
  }
  await fs.symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
}
