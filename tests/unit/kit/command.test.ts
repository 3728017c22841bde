import { type CommandValues, defineCommand, UsageError } from "../../../kit/command/command";
import { help } from "../../../kit/command/help";
import { parse } from "../../../kit/command/parse";
import { CANARY } from "../../support/mock-stack";

const FETCH = defineCommand({
  name: "fetch",
  summary: "\nFetches a thing.",
  positionals: {
    thing: { name: "THING", help: "what to fetch", required: true },
    place: { name: "PLACE", help: "from where", required: false },
  },
  options: {
    fast: { help: "hurries" },
    slow: { help: "takes care" },
    file: { value: "FILE", help: "writes it there" },
    tries: { value: "N", default: "3", help: "how often it is tried", parse: wholeNumber },
  },
  notes: "Exit code: 0.\n",
  check: ({ fast, slow }) => (fast && slow ? ["--fast and --slow: expected one of them."] : []),
});

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError("expected a whole number.");
  return Number(text);
}

function valuesOf(...args: string[]): CommandValues<typeof FETCH> {
  const parsed = parse(FETCH, args);
  if (parsed.kind !== "right") throw new Error(JSON.stringify(parsed));
  return parsed.values;
}

function problemsOf(...args: string[]): readonly string[] {
  const parsed = parse(FETCH, args);
  return parsed.kind === "wrong" ? parsed.problems : [];
}

test("arguments are read in any order, and missing ones have their default", () => {
  expect(valuesOf("cup")).toEqual({
    thing: "cup",
    place: undefined,
    fast: false,
    slow: false,
    file: undefined,
    tries: 3,
  });
  expect(valuesOf("--tries=7", "cup", "--file", "out", "--fast", "kitchen")).toMatchObject({
    thing: "cup",
    place: "kitchen",
    fast: true,
    file: "out",
    tries: 7,
  });
  expect(valuesOf("--file=-", "--", "-cup-")).toMatchObject({ thing: "-cup-", file: "-" });
});

test.each([["--help"], ["-h"], ["cup", "--nope", "--help"]])("%s prints help", (...args) => {
  expect(parse(FETCH, args).kind).toBe("help");
});

test("every problem is listed, a line each", () => {
  expect(problemsOf("--nope", "--fast=yes", "--slow", "--tries=x", "--file")).toEqual([
    "Unknown option: --nope",
    "--fast: expected no value.",
    "--file: expected a value: --file=FILE",
    "Arguments: expected THING [PLACE], found 0. THING is what to fetch. PLACE is from where.",
    "--tries: expected a whole number.",
    "--fast and --slow: expected one of them.",
  ]);
  expect(problemsOf("a", "b", "c")).toEqual([expect.stringMatching(/expected THING \[PLACE\], found 3/)]);
});

test("neither another option nor nothing is accepted as the value of an option", () => {
  for (const args of [["--file", "--fast"], ["--file="], ["--file"]]) {
    expect(problemsOf("cup", ...args)).toEqual(["--file: expected a value: --file=FILE"]);
  }
});

test("a name inherited from Object is not an option", () => {
  expect(problemsOf("cup", "--constructor")).toEqual(["Unknown option: --constructor"]);
});

test.each([
  ["an extra value", ["cup", "kitchen", CANARY]],
  ["a value for an unknown option", ["cup", `--nope=${CANARY}`]],
  ["a value for a flag", ["cup", `--fast=${CANARY}`]],
  ["a wrong value", ["cup", `--tries=${CANARY}`]],
  ["a PEM", ["cup", `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----`]],
  ["letters after a dash", ["cup", `-${CANARY}`]],
  ["an option in place of a value", ["cup", "--file", `-${CANARY}`]],
])("%s is not quoted", (_, args) => {
  const problems = problemsOf(...args);
  expect(problems).toHaveLength(1);
  expect(problems.join()).not.toContain(CANARY);
});

test("the help names each argument once, with its default", () => {
  expect(help(FETCH)).toBe(`npm run fetch -- THING [PLACE] [OPTION...]

Fetches a thing.

  THING        what to fetch
  PLACE        from where
  --fast       hurries
  --slow       takes care
  --file FILE  writes it there
  --tries N    how often it is tried (default 3)

Exit code: 0.
`);
});

test("long help texts are wrapped and indented, and a command without arguments has no list of them", () => {
  const words = Array.from({ length: 30 }, () => "word").join(" ");
  const bare = defineCommand({
    name: "start",
    summary: "Starts.",
    positionals: {},
    options: {},
    notes: "",
  });
  const text = help({ ...bare, options: { fast: { help: words } } });
  expect(text).toMatch(/^npm start -- \[OPTION\.\.\.\]\n/);
  expect(text).toMatch(/^ {2}--fast {2}(?:word ?){21}\n {10}(?:word ?){9}$/m);
  expect(help(bare)).toBe("npm start\n\nStarts.\n");
  expect(parse(bare, ["x"])).toEqual({ kind: "wrong", problems: ["Arguments: expected none, found 1."] });
});
