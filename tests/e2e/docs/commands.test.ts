import { strict as assert } from "node:assert";
import { execFile, spawnSync } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { findTools } from "../../../harness/tools";
import { mapBounded } from "../../../kit/map-bounded";
import { blocksIn, ROOT } from "../../support/docs/pages";
import { CALLS } from "../../support/docs/shell";
import { withoutPython } from "../../support/language-tools";

const TEST = { timeout: 120_000 };

const ENVIRONMENT = {
  ...{ CI: "true", NO_COLOR: "1", PULUMI_SKIP_UPDATE_CHECK: "1", WRANGLER_SEND_METRICS: "false" },
  // Wrangler looks there for a newer version: at a port that is closed.
  npm_registry: "http://127.0.0.1:9/",
};

/** A call of a program for each command and its options in the documentation: what else a call names does not matter. */
function callsOf(...program: readonly string[]): (readonly string[])[] {
  const found = CALLS.filter(({ words }) => program.every((word, index) => words[index] === word));
  const calls = found.map(({ words }) => words.slice(program.length));
  const shape = (words: readonly string[]) =>
    words.filter((word, index) => index < 2 || word.startsWith("-")).join(" ");
  return [...new Map(calls.map((words) => [shape(words), words])).values()];
}

/** The calls that a program does not know, each with what it says. With `--help` at its end, a call does nothing else. */
async function unknown(
  program: string,
  calls: readonly (readonly string[])[],
  isHelp: (help: string, words: readonly string[]) => boolean,
): Promise<string[]> {
  const said = await mapBounded(calls, os.availableParallelism(), async (words) => {
    const options = { cwd: ROOT, env: { ...process.env, ...ENVIRONMENT } };
    const failed = (error: unknown) => ({ stdout: String(error) });
    // Otherwise the help of `pulumi new` tries for seconds to read a list of templates.
    const given = words[0] === "new" ? [...words, "--offline"] : words;
    const { stdout } = await promisify(execFile)(program, [...given, "--help"], options).catch(failed);
    return isHelp(stdout, words) ? [] : [`${words.join(" ")}: ${stdout}`];
  });
  return said.flat();
}

/** Of `stack nope`, Pulumi prints the help of `stack`, which has commands. */
function isPulumisHelp(help: string, words: readonly string[]): boolean {
  const [usage = ""] = /^Usage:\n(?: .*\n)+/m.exec(help) ?? [];
  const [, ...command] = /(?:[a-z-]+ )+/.exec(usage)?.[0].trim().split(" ") ?? [];
  const { [command.length]: next = "-" } = words;
  return usage !== "" && (!usage.includes("[command]") || next.startsWith("-"));
}

test("Pulumi knows each command and option of the documentation", TEST, async () => {
  const { engine } = await findTools();
  const wrong = ["stack nope", "stack init prod --nope", "ups"].map((call) => call.split(" "));
  const found = await unknown(engine.command.command, [...callsOf("pulumi"), ...wrong], isPulumisHelp);
  assert.equal(found.length, wrong.length, found.join("\n"));
  assert.match(found.join("\n"), /^stack nope: [^]*\nstack init prod --nope: [^]*\nups: /);
});

test("Wrangler knows each command of the documentation", TEST, async () => {
  const program = path.join(ROOT, "node_modules/.bin/wrangler");
  const isHelp = (help: string, [command = ""]: readonly string[]) => help.startsWith(`wrangler ${command}`);
  const found = await unknown(program, [...callsOf("npx", "wrangler"), ["tails"]], isHelp);
  assert.equal(found.length, 1, found.join("\n"));
  assert.match(found.join("\n"), /^tails: /);
});

test("Python can read each block of it", { ...TEST, skip: withoutPython }, () => {
  const parse = "import ast, sys; ast.parse(sys.stdin.read())";
  const errorOf = (input: string) => spawnSync("python3", ["-c", parse], { input, encoding: "utf8" }).stderr;
  assert.deepEqual(
    blocksIn("python").map(({ code }) => errorOf(code)),
    [""],
  );
  assert.match(errorOf("a=[],\nb = {"), /SyntaxError/);
});
