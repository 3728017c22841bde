import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { runCommand } from "../../kit/run-command";

/** Clients stay here until the next `npm ci`. */
const CACHE = path.resolve(__dirname, "../../node_modules/.cache/clients");

const LIMIT_MS = 10 * 60_000;

/**
 * Installs a client of another language or version once, and returns its folder. Two tests may do it at the same time:
 * both install, and both get the folder of the one that ends first.
 *
 * @param source the folder with the files that pin the client's versions
 * @param pins those files; if one changes, the client is installed again
 * @param install fills the new folder
 */
async function installed(
  source: string,
  pins: readonly string[],
  install: (folder: string) => Promise<unknown>,
): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${process.version}`);
  for (const pin of pins) hash.update(await fs.readFile(path.join(source, pin)));
  const folder = path.join(CACHE, `${path.basename(source)}-${hash.digest("hex").slice(0, 16)}`);
  if (await exists(folder)) return folder;
  const partial = `${folder}.${randomUUID()}`;
  try {
    await fs.mkdir(partial, { recursive: true });
    await install(partial);
    await fs.rename(partial, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
    return folder;
  } finally {
    await fs.rm(partial, { recursive: true, force: true });
  }
}

/** Installs what a package.json and its package-lock.json pin, and returns the folder with the node_modules. */
export function npmClient(source: string): Promise<string> {
  const pins = ["package.json", "package-lock.json"];
  return installed(source, pins, async (folder) => {
    await Promise.all(pins.map((pin) => fs.copyFile(path.join(source, pin), path.join(folder, pin))));
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    await run("npm", args, folder);
  });
}

/** Installs what a requirements.txt pins, and returns the folder to name in PYTHONPATH. */
export function pythonClient(source: string): Promise<string> {
  const args = "-m pip install --quiet --no-compile --only-binary=:all: --requirement requirements.txt";
  return installed(source, ["requirements.txt"], (folder) =>
    run("python3", [...args.split(" "), "--target", folder], source),
  );
}

/** Builds the programs of a Go module, and returns the folder with them. */
export async function goClients(source: string): Promise<string> {
  const files = await fs.readdir(source, { recursive: true });
  const pins = files.filter((file) => /\.(?:go|mod|sum)$/.test(file)).sort();
  // Without optimisation, the build takes three quarters of the time.
  const args = ["build", "-buildvcs=false", "-gcflags=all=-N -l", "-ldflags=-s -w", "-o"];
  return installed(source, pins, (folder) => run("go", [...args, `${folder}${path.sep}`, "./..."], source));
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  await runCommand(command, args, { cwd, timeoutMs: LIMIT_MS });
}

/** Why a test cannot run here; false if all of the commands answer. */
export function skipWithout(...commands: readonly string[]): string | false {
  const missing = commands.find((command) => {
    const [program = "", ...args] = command.split(" ");
    return spawnSync(program, args, { stdio: "ignore" }).status !== 0;
  });
  return missing !== undefined && `\`${missing}\` does not work here`;
}

async function exists(file: string): Promise<boolean> {
  return fs.stat(file).then(
    () => true,
    () => false,
  );
}
