import * as path from "node:path";
import type { Command } from "../../../kit/command/command";
import { parse } from "../../../kit/command/parse";
import { LOCAL, MAIN } from "../../../package/manifests";
import { devDependencies, scripts } from "../../../package.json";
import { exists, MENTIONED } from "../../support/docs/pages";
import { type Call, CALLS, callsOf } from "../../support/docs/shell";

const mockCommands = new Map<string, Command>();
// Where a command's file would begin its work, it hands over its description here. Whether arguments go together can depend on
// the terminal and the environment, so that is left out.
const mockMain = () => ({
  main: ({ name, summary, positionals, options, notes }: Command) =>
    mockCommands.set(name, { name, summary, positionals, options, notes }),
});
jest.mock("../../../kit/command/main", () => mockMain());
jest.mock("../../../local/main", () => mockMain());

/** The file of a script of package.json whose arguments are described by a `Command`. */
function commandFile(script: string): string | undefined {
  const [, command] = /(commands\/[\w-]+\/main)\.ts$/.exec(script) ?? [];
  const [, local] = /local\/run\.ts (\w+)$/.exec(script) ?? [];
  return command ?? (local === undefined ? undefined : `local/${local}`);
}

const FILES = Object.entries(scripts).flatMap(([name, script]) => {
  const file = commandFile(script);
  return file === undefined ? [] : [{ name, file }];
});

beforeAll(() => {
  for (const { file } of FILES) jest.requireActual(path.join(__dirname, "../../..", file));
});

/** Programs that are not this project's: that they are there is all that is known of them. */
const OTHERS = ["cat", "cp", "curl", "cut", "git", "mkdir", "openssl"];

/** `tests/e2e/docs` asks these themselves. */
const ASKED = ["pulumi", "wrangler"];

/** What is wrong with a call, of those that this test can know; none if nothing is. */
function problemsOf([program = "", ...words]: readonly string[]): readonly string[] {
  if (program === "cd")
    return words.every((folder) => exists(folder) || folder === "shop") ? [] : ["no such folder"];
  if (program === "npx") return ofPackage(words);
  if (program === "npm") return ofNpm(words.filter((word) => word !== "--silent"));
  return [...OTHERS, ...ASKED].includes(program) ? [] : [`unknown program ${program}`];
}

function ofNpm([verb = "", ...words]: readonly string[]): readonly string[] {
  if (verb === "ci" || verb === "pack") return words;
  if (verb === "install") {
    const known = ["--save-dev", MAIN.name, LOCAL, ...Object.keys(MAIN.peerDependencies)];
    return words.filter((word) => !known.includes(word));
  }
  const [script = "", separator = "--", ...args] = verb === "run" ? words : [verb, ...words];
  if (verb === "run" && words.length === 0) return [];
  return separator === "--" ? ofScript(script, args) : [`npm keeps ${separator} for itself: -- is missing`];
}

/** Scripts that read arguments and are no commands of users. */
const FREE = ["bench", "docs", "release", "test:e2e"];

function ofScript(name: string, args: readonly string[]): readonly string[] {
  if (!(name in scripts)) return [`no script ${name}`];
  const command = mockCommands.get(name);
  if (command === undefined) return FREE.includes(name) ? [] : args;
  const parsed = parse(command, args);
  return parsed.kind === "wrong" ? parsed.problems : [];
}

function ofPackage([name = "", command = "", ...args]: readonly string[]): readonly string[] {
  if (name in devDependencies) return [];
  if (name !== MAIN.name) return [`no package ${name}`];
  if (["", "--help"].includes(command)) return args;
  return mockCommands.has(command) ? ofScript(command, args) : [`no command ${command}`];
}

function wrong(calls: readonly Call[]): string[] {
  return calls.flatMap(({ place, words }) =>
    problemsOf(words).map((problem) => `${place}: ${words.join(" ")}: ${problem}`),
  );
}

test("every command can be called as it is written", () => {
  expect([...mockCommands.keys()]).toEqual(FILES.map(({ name }) => name));
  expect(mockCommands.size).toBeGreaterThan(7);
  expect(wrong(CALLS)).toEqual([]);
});

test("every command that is mentioned exists, with its options", () => {
  const calls = MENTIONED.flatMap(callsOf);
  expect(calls.length).toBeGreaterThan(50);
  // A mention may leave out what the text around it is not about.
  const leftOut = /: (?:Arguments: expected|--[a-z-]+: expected a value)/;
  expect(wrong(calls).filter((problem) => !leftOut.test(problem))).toEqual([]);
});

test.each([
  ["npm run rotates -- api-key", "no script rotates"],
  ["npm run rotate --finish", "npm keeps --finish for itself: -- is missing"],
  ["npm run rotate -- api-key --finnish", "Unknown option: --finnish"],
  ["git status | npx cloudflare-worker-secrets audits", "no command audits"],
  ["npx cloudflare-worker-secrets audit --no-such", "Unknown option: --no-such"],
  ["npm install left-pad", "left-pad"],
  ["cd examples/none", "no such folder"],
  ["git status && gti push", "unknown program gti"],
])("%s is found to be wrong", (code, problem) => {
  const found = wrong(callsOf({ place: "here", language: "sh", code }));
  expect(found).toEqual([expect.stringMatching(`: ${problem}$`)]);
});

test("what bash cannot read is an error", () => {
  expect(() => callsOf({ place: "here", language: "sh", code: 'git commit -m "half' })).toThrow();
});
