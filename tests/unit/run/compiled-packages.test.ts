import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

/** A module that shows what Node gives to it, and requires another one. */
const MODULE = `exports.seen = [module.filename === __filename, require.main === undefined, require("./other").word];`;

const SUPPORT = path.join(__dirname, "../../support");
const LEXER = path.join(__dirname, "../../../node_modules/es-module-lexer");

async function copyPreload(preload: string): Promise<void> {
  await fs.copyFile(path.join(SUPPORT, "compiled-packages.cjs"), preload);
  await fs.copyFile(path.join(SUPPORT, "kept-imports.cjs"), path.join(preload, "../kept-imports.cjs"));
}

test("a package runs as Node would run it, also from what was kept, and a changed one is compiled again", async () => {
  const top = await fs.mkdtemp(path.join(os.tmpdir(), "checkout-"));
  try {
    const preload = path.join(top, "tests/support/compiled-packages.cjs");
    const own = path.join(top, "node_modules/own");
    await fs.mkdir(path.dirname(preload), { recursive: true });
    await fs.mkdir(own, { recursive: true });
    await copyPreload(preload);
    await fs.symlink(LEXER, path.join(top, "node_modules/es-module-lexer"));
    await fs.writeFile(path.join(own, "index.js"), MODULE);
    await fs.writeFile(path.join(own, "other.js"), `exports.word = "first";`);
    await fs.writeFile(
      path.join(own, "later.js"),
      `exports.join = async () => (await import("node:path")).join("a", (await import("./text.mjs")).default);`,
    );
    await fs.writeFile(path.join(own, "text.mjs"), "export default \"import('b')\";");
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

    expect(await run()).toEqual([true, true, "first", "a/import('b')", ""]);
    // Three scripts, and what became of the one that imports later.
    expect(await kept()).toBe(4);
    expect(await run()).toEqual([true, true, "first", "a/import('b')", ""]);
    expect(await kept()).toBe(4);
    await fs.writeFile(path.join(own, "other.js"), `exports.word = "second";`);
    expect(await run()).toEqual([true, true, "second", "a/import('b')", ""]);
    expect(await kept()).toBe(5);
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
    await copyPreload(preload);
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
