import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { runCommand } from "../run-command";

/**
 * Two forks of one library, which rate passwords by lists of words. Both read their lists whenever Pulumi starts, which takes
 * most of the time that a short command needs. Only `pulumi config set` and `env set` rate anything, so we let them read then.
 */
const RATERS = ["github.com/nbutton23/zxcvbn-go", "github.com/ccojocar/zxcvbn-go"];

/** What a file of theirs has, and what it gets instead. */
const EDITS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "frequency/frequency.go": [
    ["func init() {", "func Read() map[string]List {\n\tread()\n\treturn Lists\n}\n\nfunc read() {"],
  ],
  // Its Omnimatch calls loadFrequencyList if that has not been done.
  "matching/matching.go": [
    ["func init() {\n\tloadFrequencyList()\n}\n", ""],
    ["range frequency.Lists", "range frequency.Read()"],
  ],
};

/**
 * Copies the engine's module, with copies of both libraries that read their lists when they need them.
 *
 * @param module the folder of the engine's module
 * @param copy the folder to make, with the copies; the caller removes it
 * @returns further arguments of `go build`; none if a library is not what we know
 */
export async function quickStart(
  module: string,
  copy: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<readonly string[]> {
  try {
    await mkdir(copy);
    for (const file of ["go.mod", "go.sum"]) await copyFile(path.join(module, file), path.join(copy, file));
    const modfile = path.join(copy, "go.mod");
    for (const rater of RATERS) {
      const said = await runCommand("go", ["mod", "download", "-json", rater], { ...options, cwd: module });
      const { Dir: source } = JSON.parse(said.join("\n")) as { readonly Dir: string };
      const own = path.join(copy, path.basename(path.dirname(rater)));
      await copyEdited(source, own, rater);
      await runCommand("go", ["mod", "edit", "-replace", `${rater}=${own}`, modfile], options);
    }
    return [`-modfile=${modfile}`];
  } catch {
    options.signal?.throwIfAborted();
    return [];
  }
}

async function copyEdited(source: string, target: string, name: string): Promise<void> {
  await mkdir(target);
  await writeFile(path.join(target, "go.mod"), `module ${name}\n`);
  for (const file of await readdir(source, { recursive: true })) {
    if (!file.endsWith(".go") || file.endsWith("_test.go")) continue;
    let text = await readFile(path.join(source, file), "utf8");
    for (const [before, after] of EDITS[file] ?? []) {
      if (!text.includes(before)) throw new Error(`${name}/${file} is not what was expected`);
      text = text.replace(before, after);
    }
    await mkdir(path.dirname(path.join(target, file)), { recursive: true });
    await writeFile(path.join(target, file), text);
  }
}
