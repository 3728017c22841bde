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
 * @param runtime what runs the client, with its version; empty for a client that runs by itself
 * @param install fills the new folder
 */
async function installed(
  source: string,
  pins: readonly string[],
  runtime: string,
  install: (folder: string) => Promise<unknown>,
): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${runtime}`);
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
  return installed(source, pins, process.version, async (folder) => {
    await Promise.all(pins.map((pin) => fs.copyFile(path.join(source, pin), path.join(folder, pin))));
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    await run("npm", args, folder);
  });
}

/** Installs what a requirements.txt pins, and returns the Python that it is for and the environment that it needs. */
export async function pythonClient(source: string) {
  const print = "import sys; print(sys.executable); print(sys.version_info)";
  const [command = "", version = ""] = await run("python3", ["-c", print], source);
  const pins = ["requirements.txt"];
  const PYTHONPATH = await installed(source, pins, `${command} ${version}`, (folder) => {
    const args = ["--quiet", "--no-compile", "--only-binary=:all:", "--requirement", ...pins];
    return run(command, ["-m", "pip", "install", ...args, "--target", folder], source);
  });
  return { command, env: { PYTHONPATH } };
}

/**
 * Builds the programs of a Go module, and returns the folder with them.
 *
 * @param others programs of other modules that it requires
 */
export async function goClients(source: string, others: readonly string[] = []): Promise<string> {
  const files = await fs.readdir(source, { recursive: true });
  const pins = files.filter((file) => /\.(?:go|mod|sum)$/.test(file)).sort();
  return installed(source, pins, others.join(" "), (folder) =>
    goBuild(source, ["-o", `${folder}${path.sep}`, "./...", ...others]),
  );
}

/** Builds Go programs in the quickest way, because they run once. It needs no C compiler. */
export function goBuild(folder: string, args: readonly string[]): Promise<string[]> {
  const quick = ["-buildvcs=false", "-gcflags=all=-N -l -dwarf=false", "-ldflags=-s -w"];
  return run("go", ["build", ...quick, ...args], folder, { ...process.env, CGO_ENABLED: "0" });
}

/** Runs a command, and returns the lines that it printed. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env = process.env,
): Promise<string[]> {
  return runCommand(command, args, { cwd, env, timeoutMs: LIMIT_MS });
}

/** Why a test cannot run here: it needs something that this command does not find. False if it succeeds. */
export function skipWithout(needed: string, command: string, args: readonly string[]): string | false {
  return spawnSync(command, args, { stdio: "ignore" }).status !== 0 && `${needed} is not here`;
}

async function exists(file: string): Promise<boolean> {
  return fs.stat(file).then(
    () => true,
    () => false,
  );
}
