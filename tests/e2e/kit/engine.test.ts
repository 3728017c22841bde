import "../../../kit/lazy-closures";
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { getVersion } from "@pulumi/cloudflare/utilities";
import { findEngine } from "../../../kit/engine";
import { chooseProvider } from "../../../local/provider/official";

interface Machine {
  readonly home: string;
  /** Writes a command to PATH or to another folder. */
  readonly command: (name: string, source: string, folder?: string) => Promise<void>;
}

/** A machine with nothing on PATH and an empty PULUMI_HOME. */
async function withMachine(body: (machine: Machine) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "engine-test-"));
  const bin = path.join(folder, "bin");
  await mkdir(bin);
  const { PATH } = process.env;
  process.env.PATH = bin;
  try {
    await body({
      home: path.join(folder, "home"),
      command: async (name, source, where = bin) => {
        await mkdir(where, { recursive: true });
        const file = path.join(where, name);
        await writeFile(file, `#!${process.execPath}\n${source}`);
        await chmod(file, 0o755);
      },
    });
  } finally {
    process.env.PATH = PATH;
    await rm(folder, { recursive: true, force: true });
  }
}

const says = (version: string) => `console.log("${version}");`;

/** A fake `go` whose build prints a line of progress and then writes a given file. */
const go = (built: string, seconds = 0) => `
const { chmodSync, writeFileSync } = require("node:fs");
const args = process.argv.slice(2);
if (args[0] === "version") console.log("go version go1.26.8 test/test");
else if (args[0] === "mod") process.exit(1);
else {
  console.error("go: downloading example.com/module v1.0.0");
  const file = args[args.indexOf("-o") + 1];
  writeFileSync(file, ${JSON.stringify(`#!${process.execPath}\n`)} + ${JSON.stringify(built)});
  chmodSync(file, 0o755);
  setTimeout(() => {}, ${seconds * 1000});
}`;

const built = (home: string) => readdir(path.join(home, "versions/3.246.0/bin"));

void test("an engine on PATH is preferred", () =>
  withMachine(async ({ home, command }) => {
    await command("pulumi", says("v3.250.0"));
    await command("pulumi", says("v3.246.0"), path.join(home, "versions/3.246.0/bin"));
    const { origin, version } = await findEngine({ home });
    assert.deepEqual({ origin, version }, { origin: "path", version: "3.250.0" });
  }));

void test("with none or too old an engine on PATH, the newest usable one under PULUMI_HOME is used", () =>
  withMachine(async ({ home, command }) => {
    await command("pulumi", says("v2.25.0"));
    for (const version of ["3.9.0", "3.246.0"]) {
      await command("pulumi", says(`v${version}`), path.join(home, `versions/${version}/bin`));
    }
    await command("pulumi", "process.exit(1)", path.join(home, "versions/3.300.0/bin"));
    const { origin, version } = await findEngine({ home });
    assert.deepEqual({ origin, version }, { origin: "home", version: "3.246.0" });
  }));

void test("an engine without resource hooks is skipped, and the reason names its version and the required one", () =>
  withMachine(async ({ home, command }) => {
    await command("pulumi", says("v3.181.0"));
    await command("pulumi", says("v3.186.0"), path.join(home, "versions/3.186.0/bin"));
    await assert.rejects(findEngine({ home }), (error: Error) => {
      assert.match(error.message, /on PATH: found 3\.181\.0, but 3\.187\.0 or a newer 3\.x is required/);
      assert.match(error.message, /PULUMI_HOME\/versions: 3\.186\.0: found 3\.186\.0, but 3\.187\.0/);
      assert.match(error.message, /Install the Pulumi CLI 3\.187\.0 or newer/);
      return true;
    });
    // The program's SDK does not support the next major version either.
    await command("pulumi", says("v4.0.0"));
    await command("pulumi", says("v3.187.0"), path.join(home, "versions/3.187.0/bin"));
    const { origin, version } = await findEngine({ home });
    assert.deepEqual({ origin, version }, { origin: "home", version: "3.187.0" });
  }));

void test("two concurrent builds produce one complete engine", () =>
  withMachine(async ({ home, command }) => {
    await command("go", go(says("v3.246.0")));
    const engines = await Promise.all([
      findEngine({ home, log: () => {} }),
      findEngine({ home, log: () => {} }),
    ]);
    assert.ok(engines.every(({ origin, version }) => origin === "built" && version === "3.246.0"));
    assert.deepEqual(await built(home), ["pulumi"]);
  }));

void test("an interrupted build and a failed one leave nothing behind", () =>
  withMachine(async ({ home, command }) => {
    await command("go", go(says("v3.246.0"), 60));
    const stop = new AbortController();
    const search = findEngine({ home, log: () => {}, signal: stop.signal });
    const ended = assert.rejects(search, /enough/);
    while ((await built(home).catch(() => [])).length === 0) await sleep(20);
    stop.abort(new Error("enough"));
    await ended;
    assert.deepEqual(await built(home), []);

    await command("go", go("process.exit(1)"));
    await assert.rejects(findEngine({ home, log: () => {} }), /a build with Go: exit code 1/);
    assert.deepEqual(await built(home), []);
  }));

void test("if every way fails, the error lists all of them and what to do", () =>
  withMachine(async ({ home }) => {
    const started = Date.now();
    await assert.rejects(findEngine({ home }), (error: Error) => {
      assert.match(error.message, /on PATH: not found/);
      assert.match(error.message, /under PULUMI_HOME\/versions: none there/);
      assert.match(error.message, /Pulumi's installer: \S/);
      assert.match(error.message, /a build with Go: not found/);
      assert.match(error.message, /Install the Pulumi CLI \S+ or newer by hand/);
      return true;
    });
    assert.ok(Date.now() - started < 10_000);
  }));

void test("the requested provider is used, and by default the official one if it is installed", () =>
  withMachine(async ({ home, command }) => {
    await command("pulumi", says("v3.246.0"));
    const { command: pulumi } = await findEngine({ home });
    const choose = (choice?: string) => chooseProvider({ choice, command: pulumi, home });
    assert.equal((await choose("local")).kind, "local");
    await assert.rejects(choose("offical"), /must be official or local/);

    const plugins = path.join(home, "plugins");
    const wanted = `resource-cloudflare-v${getVersion()}`;
    await command("pulumi-resource-cloudflare", "", path.join(plugins, wanted));
    assert.match((await choose()).reason, /official provider \S+ is installed/);
    await rm(plugins, { recursive: true });
    await command("pulumi-resource-cloudflare", "");
    assert.match((await choose("official")).reason, /on PATH/);
  }));
