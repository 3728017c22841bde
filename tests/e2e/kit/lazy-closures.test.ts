import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as path from "node:path";
import test from "node:test";
import { promisify } from "node:util";

const OPTIONS = { timeout: 60_000 };

/** Runs a script in a process of its own, at the top of the checkout, and returns what it prints. */
async function run(script: string): Promise<string> {
  const cwd = path.join(__dirname, "../../..");
  const { stdout } = await promisify(execFile)(process.execPath, ["--require", "tsx/cjs", "-e", script], {
    cwd,
  });
  return stdout.trim();
}

const LOADED = `Object.keys(require.cache).filter((file) => /node_modules.(typescript|@npmcli.arborist).lib/.test(file)).length`;

for (const entry of [
  "local/start",
  "local/dev",
  "commands/rotate/main",
  "commands/audit/main",
  "commands/repair/main",
  "commands/secrets/main",
]) {
  test(`${entry} starts without TypeScript and npm's resolver`, OPTIONS, async () => {
    const printed = await run(`
      process.on("exit", () => console.log(${LOADED}, "files"));
      process.argv.push("", "--help");
      require("./${entry}");
    `);
    assert.match(printed, /^npm [^]*\n0 files$/);
  });
}

test("a program can still turn functions into text, and ask for a package's files", OPTIONS, async () => {
  const printed = await run(`
    require("./kit/inline-programs");
    const { runtime } = require("@pulumi/pulumi");
    const captured = { word: "captured" };
    const text = async () => (await runtime.serializeFunction(() => captured.word)).text;
    const print = async () => {
      console.log((await text()).includes('word: "captured"'), (await text()) === (await text()));
      const files = await runtime.computeCodePaths({ extraIncludePaths: ["script.js"] });
      console.log(files.has("script.js"));
    };
    void print();
  `);
  assert.equal(printed, "true true\ntrue");
});
