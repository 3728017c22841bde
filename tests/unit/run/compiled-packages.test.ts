import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

/** A module that shows what Node gives to it, and requires another one. */
const MODULE = `exports.seen = [module.filename === __filename, require.main === undefined, require("./other").word];`;

test("a package runs as Node would run it, also from what was kept, and a changed one is compiled again", async () => {
  const top = await fs.mkdtemp(path.join(os.tmpdir(), "checkout-"));
  try {
    const preload = path.join(top, "tests/support/compiled-packages.cjs");
    const own = path.join(top, "node_modules/own");
    await fs.mkdir(path.dirname(preload), { recursive: true });
    await fs.mkdir(own, { recursive: true });
    await fs.copyFile(path.join(__dirname, "../../support/compiled-packages.cjs"), preload);
    await fs.writeFile(path.join(own, "index.js"), MODULE);
    await fs.writeFile(path.join(own, "other.js"), `exports.word = "first";`);
    await fs.writeFile(
      path.join(own, "later.js"),
      `exports.join = async () => (await import("node:path")).join("a", "b");`,
    );
    const script = `
      const { seen } = require(${JSON.stringify(own)});
      const { join } = require(${JSON.stringify(path.join(own, "later.js"))});
      void join().then((joined) => console.log(JSON.stringify([...seen, joined])));`;
    const run = async () => {
      const ran = await promisify(execFile)(process.execPath, ["--require", preload, "--eval", script]);
      return [...(JSON.parse(ran.stdout) as unknown[]), ran.stderr];
    };
    const kept = async () =>
      (await fs.readdir(path.join(top, "node_modules/.cache/compiled-packages"))).length;

    expect(await run()).toEqual([true, true, "first", "a/b", ""]);
    // V8 would not find what imports later: of that one, only that Node runs it as it is.
    expect(await kept()).toBe(3);
    expect(await run()).toEqual([true, true, "first", "a/b", ""]);
    expect(await kept()).toBe(3);
    await fs.writeFile(path.join(own, "other.js"), `exports.word = "second";`);
    expect(await run()).toEqual([true, true, "second", "a/b", ""]);
    expect(await kept()).toBe(4);
  } finally {
    await fs.rm(top, { recursive: true, force: true });
  }
});

/** Prints where it is. */
const OWN = `export const word: string = "own"; console.log(word, __filename);`;

test("a module of the project runs from what was kept, in a copy too, and a changed one is translated again", async () => {
  const top = await fs.mkdtemp(path.join(os.tmpdir(), "own-"));
  try {
    const preload = path.join(top, "checkout-aaaaaa/root/tests/support/compiled-packages.cjs");
    await fs.mkdir(path.dirname(preload), { recursive: true });
    await fs.copyFile(path.join(__dirname, "../../support/compiled-packages.cjs"), preload);
    const cache = path.join(top, "checkout-aaaaaa/root/node_modules/.cache/compiled-packages");
    const run = async (copy: string, text: string) => {
      const file = path.join(top, `checkout-${copy}/root/kit/own.ts`);
      await fs.mkdir(path.dirname(file), { recursive: true });
      await fs.writeFile(file, text);
      const args = ["--require", preload, "--require", "tsx/cjs", file];
      const ran = await promisify(execFile)(process.execPath, args, {
        cwd: path.join(__dirname, "../../.."),
      });
      return [ran.stdout, ran.stderr, (await fs.readdir(cache)).length];
    };
    const printed = (word: string, copy: string) => `${word} ${top}/checkout-${copy}/root/kit/own.ts\n`;

    expect(await run("aaaaaa", OWN)).toEqual([printed("own", "aaaaaa"), "", 2]);
    expect(await run("bbbbbb", OWN)).toEqual([printed("own", "bbbbbb"), "", 2]);
    expect(await run("bbbbbb", OWN.replace("own", "new"))).toEqual([printed("new", "bbbbbb"), "", 4]);
  } finally {
    await fs.rm(top, { recursive: true, force: true });
  }
});
