import { ROTATE } from "../../../commands/rotate/arguments";
import { help } from "../../../kit/command/help";
import { parse } from "../../../kit/command/parse";
import { CANARY } from "../../support/mock-stack";

const { isTTY } = process.stdin;

function setTerminal(terminal: boolean): void {
  process.stdin.isTTY = terminal;
}

beforeEach(() => {
  setTerminal(true);
});

afterAll(() => {
  setTerminal(isTTY);
});

function problemsOf(...args: string[]): readonly string[] {
  const parsed = parse(ROTATE, args);
  return parsed.kind === "wrong" ? parsed.problems : [];
}

test.each([
  ["30m", 1_800_000],
  ["24h", 86_400_000],
  ["7d", 604_800_000],
  ["0m", 0],
])("--grace %s is a time", (text, grace) => {
  expect(parse(ROTATE, ["api-key", "--grace", text])).toMatchObject({ kind: "right", values: { grace } });
});

test("by default the grace period is a day and a value has 32 characters", () => {
  expect(parse(ROTATE, ["api-key"])).toMatchObject({ values: { grace: 86_400_000, length: 32, yes: false } });
});

test.each([
  [[], /^Arguments: expected KEY, found 0/],
  [["api-key", CANARY], /^Arguments: expected KEY, found 2.*never pass the value/],
  [["api-key", "--grace", "100000000d"], /^--grace: .*at most 3650d/],
  [["api-key", "--grace", "1y"], /^--grace: expected a number and m, h or d/],
  [["api-key", "--finish", "--rollback"], /^--finish and --rollback: expected one/],
  [["api-key", "--finish", "--generate"], /^--generate: expected without/],
  [["api-key", "--rollback", "--generate"], /^--generate: expected without/],
  [["api-key", "--length", "x"], /^--length: expected a whole number/],
  [["api-key", "--length", "10"], /^--length and --alphabet: expected at least 64 bits.*found 59/],
])("%j is refused", (args, expected) => {
  const problems = problemsOf(...args);
  expect(problems).toEqual([expect.stringMatching(expected)]);
  expect(problems.join()).not.toContain(CANARY);
});

test("without a terminal, --yes or --no-deploy is required", () => {
  setTerminal(false);
  expect(problemsOf("api-key")).toEqual([
    expect.stringMatching(/^--yes or --no-deploy: expected one of them/),
  ]);
  expect(problemsOf("api-key", "--yes")).toEqual([]);
  expect(problemsOf("api-key", "--no-deploy")).toEqual([]);
});

test("beside npm run dev, which deploys, there is nothing to ask", () => {
  setTerminal(false);
  process.env.WORKER_DEV_STACK = "dev";
  try {
    expect(problemsOf("api-key", "--generate")).toEqual([]);
    expect(problemsOf("api-key", "--generate", "--stack", "dev")).toEqual([]);
    expect(problemsOf("api-key", "--generate", "--stack", "prod")).toEqual([expect.stringMatching(/^--yes/)]);
  } finally {
    delete process.env.WORKER_DEV_STACK;
  }
});

test("the help fits a terminal of 120 columns", () => {
  for (const line of help(ROTATE).split("\n")) expect(line.length).toBeLessThan(120);
});
