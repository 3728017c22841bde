import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UsageError } from "../../kit/command/command";
import type { ProjectFiles } from "./project-files";

/**
 * Writes all files of a new project, or none.
 *
 * @throws UsageError that names every file that is there already
 */
export async function writeProject(folder: string, files: ProjectFiles): Promise<void> {
  const names = [...files.keys()];
  const there = await Promise.all(names.map((name) => exists(path.join(folder, name))));
  const taken = names.filter((_, at) => there[at]);
  if (taken.length > 0) {
    throw new UsageError(
      `${path.relative(process.cwd(), folder) || "."} has ${taken.join(", ")} already, and nothing was written: name another folder with --out.`,
    );
  }
  const written: string[] = [];
  const made = await fs.mkdir(folder, { recursive: true });
  try {
    for (const [name, content] of files) {
      const file = path.join(folder, name);
      if (path.relative(folder, file).startsWith(".."))
        throw new Error(`${name} is not below the project's folder.`);
      await fs.mkdir(path.dirname(file), { recursive: true });
      // Fails if a file has appeared since, which is not ours to remove.
      await fs.writeFile(file, content, { flag: "wx" }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") written.push(file);
        throw error;
      });
      written.push(file);
    }
  } catch (error) {
    await Promise.all(written.map((file) => fs.rm(file, { force: true })));
    if (made !== undefined) await fs.rm(made, { recursive: true, force: true });
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  return fs.stat(file).then(
    () => true,
    () => false,
  );
}
