import * as fs from "node:fs";
import * as path from "node:path";
import { isInSource, unknownWords } from "../../support/docs/messages";
import { type Block, blocksIn, exists, read, ROOT } from "../../support/docs/pages";

/** Names and values of the examples that are words. */
const SAMPLES = [
  ...["prod", "staging", "dev", "shop", "warehouse", "raw", "Grace Hopper", "ada", "laptop"],
  ...["myScript", "deploy shop", "dragons and unicorns are real", "[y/N] y"],
];

/** What Pulumi's engine says around our messages, and by itself. */
const ENGINE = [
  ...[
    "error: ",
    "Preview failed: before hook ",
    '-before-update" failed: ',
    ": created by ",
    "(pid ",
    " at ",
  ],
  "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with ",
];

/** ` +  cloudflare-worker-secrets:index:Secret myScript/API_KEY create [diff: ~version]` */
const RESOURCE = /^ +[~+-] +(\S+) \S+ (?:create|update|delete)(?: \[diff: [~+-]\w+\])?$/;

function isKnownType(type: string): boolean {
  const [, name = ""] = /^cloudflare:index:(\w+)$/.exec(type) ?? [];
  const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.d.ts`;
  return name === "" ? isInSource(type) : exists(`node_modules/@pulumi/cloudflare/${file}`);
}

/** The titles of a table's columns: `LAST CHANGED`. */
function unknownTitles(line: string): string[] {
  const titles = line.split(/ {2,}/).filter((cell) => /^[A-Z]+(?: [A-Z]+)*$/.test(cell));
  return line.startsWith(titles[0] ?? " ") ? titles.filter((title) => !isInSource(title)) : [];
}

/** What is in a block of output that nothing prints, each with the block's place. */
function problemsOf({ place, code }: Block): string[] {
  return code.split("\n").flatMap((line) => {
    const [, type] = RESOURCE.exec(line) ?? [];
    if (type !== undefined) return isKnownType(type) ? [] : [`${place}: no type ${type}`];
    const unknown = [...unknownTitles(line), ...unknownWords(line, [...SAMPLES, ...ENGINE])];
    return unknown.map((word) => `${place}: ${word} in: ${line}`);
  });
}

test("every word of a printed text is in a text of the source, or is an example's name or value", () => {
  expect(blocksIn("text").flatMap(problemsOf)).toEqual([]);
});

test.each([
  ["Waiting for changes. Ctrl-C destroys the stack and quits.", "quits"],
  ["WORKER    ENVIRONMENT  BINDING  ORIGIN", "ORIGIN"],
  [
    " +  cloudflare-worker-secrets:index:Secrets myScript/API_KEY create",
    "no type cloudflare-worker-secrets:index:Secrets",
  ],
  [" +  cloudflare:index:WorkerScripts myScript create", "no type cloudflare:index:WorkerScripts"],
])("%s is not printed", (code, problem) => {
  const found = problemsOf({ place: "here", language: "text", code });
  expect(found).toContainEqual(expect.stringContaining(`here: ${problem}`));
});

/** Whether a test below the place, a folder or a file without its ending, has this name; `%s` stands for any. */
function hasTest(place: string, name: string): boolean {
  const files = fs.readdirSync(path.join(ROOT, "tests/unit"), { recursive: true, encoding: "utf8" });
  const below = files
    .map((file) => `tests/unit/${file}`)
    .filter((file) => file.startsWith(place) && file.endsWith(".ts"));
  const texts = below.flatMap((file) =>
    [...read(file).matchAll(/"([^"\n]+)"/g)].map(([, text = ""]) => text),
  );
  return texts.some((text) => {
    const [before = "", after] = text.split("%s");
    return after === undefined ? text === name : name.startsWith(before) && name.endsWith(after);
  });
}

test("a test that goes red in a session is a test of the files that the session runs", () => {
  const sessions = blocksIn("console");
  expect(sessions).not.toEqual([]);
  for (const { code } of sessions) {
    const [, place = "", failed = ""] = /^\$ npx jest (\S+)\n *● (.+)\n$/.exec(code) ?? [];
    for (const name of failed.split(" › ")) expect([name, hasTest(place, name)]).toEqual([name, true]);
  }
});
