import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { copyFiles } from "../../harness/copy-files";
import { findTools } from "../../harness/tools";
import { pulumiHome } from "../../kit/engine";

const run = promisify(execFile);

/** A copy of the checkout with its own temporary folder and PULUMI_HOME. */
export interface Checkout {
  /** Contains everything below. */
  readonly folder: string;
  readonly root: string;
  readonly tmp: string;
  readonly home: string;
  file(name: string): string;
  read(name: string): Promise<string>;
  write(name: string, content: string): Promise<void>;
  /** The files that git reports as changed. */
  changes(): Promise<string>;
}

export async function copyCheckout(test: TestContext): Promise<Checkout> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "checkout-"));
  test.after(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const [root, tmp, home] = ["root", "tmp", "home"].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([fs.mkdir(root), fs.mkdir(tmp), fs.mkdir(home)]);
  await linkTools(home);

  await copyFiles(root);
  // The tests begin `prod` with what they need there.
  await fs.rm(path.join(root, "Pulumi.prod.yaml"));
  await git(root, "init", "--quiet");
  await fs.appendFile(path.join(root, ".git/info/exclude"), "\nnode_modules\n");
  await git(root, "add", ".");

  const file = (name: string) => path.join(root, name);
  return {
    folder,
    root,
    tmp,
    home,
    file,
    read: (name) => fs.readFile(file(name), "utf8"),
    write: (name, content) => fs.writeFile(file(name), content),
    changes: () => git(root, "diff", "--name-status"),
  };
}

/** Links the engine and the provider's plugin, so that the command under test does not download them. */
export async function linkTools(home: string): Promise<void> {
  const { engine } = await findTools();
  const { command } = engine.command;
  await fs.mkdir(path.join(home, "versions"));
  if (path.isAbsolute(command)) {
    await fs.symlink(path.join(command, "../.."), path.join(home, "versions", engine.version));
  }
  await fs.symlink(path.join(pulumiHome(), "plugins"), path.join(home, "plugins"));
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run("git", args, { cwd, maxBuffer: 1 << 24 });
  return stdout;
}
