import {
  deployed,
  type Held,
  type Operation,
  type Plan,
  plan,
  Refused,
} from "../../../commands/rotate/rotation";
import { generate, generatorProblem } from "../../../commands/rotate/generator";
import { checkValue } from "../../../commands/rotate/new-value";
import { CANARY } from "../../support/mock-stack";

const NOW = new Date("2026-06-15T12:00:00Z");
const HOUR = 3_600_000;
const DEPLOYED = "deployed 2026-06-15T10:00:00.000Z";

function planned(operation: Operation, held: Held, graceMs = 24 * HOUR, stack?: string): Plan {
  return plan({ operation, key: "api-key", stack, now: NOW, graceMs }, held);
}

/** The content of the config after the first step of an operation. */
function begun(operation: Operation, held: Held, newValue = "unused"): Held {
  const steps = planned(operation, held, 0);
  if (steps.kind === "resume") throw new Error("It is under way");
  return steps.kind === "replace" ? steps.next(newValue) : steps.next;
}

const NEW = "new";
const OLD = "old";

test.each<[Operation, Held]>([
  ["rotate", { current: NEW, previous: OLD, mark: "rotate pending" }],
  ["rotate", { current: NEW, previous: OLD }],
  ["rollback", { current: OLD, previous: NEW, mark: "rollback pending" }],
  ["finish", { current: NEW, retired: OLD, mark: "finish pending" }],
])("%s continues where it was interrupted, case %#", (operation, held) => {
  expect(planned(operation, held)).toEqual({ kind: "resume" });
});

test.each<[Operation, Held]>([
  ["rollback", { current: NEW, previous: OLD, mark: DEPLOYED }],
  ["rollback", { current: NEW, previous: OLD, mark: "rotate pending" }],
  ["rollback", { current: NEW, retired: OLD, mark: "finish pending" }],
])("%s begins, case %#", (operation, held) => {
  expect(planned(operation, held).kind).toBe("begin");
});

test("a rotation can be finished once its grace period is over, and not before", () => {
  const held = { current: NEW, previous: OLD, mark: DEPLOYED };
  expect(planned("finish", held, 2 * HOUR).kind).toBe("begin");
  expect(() => planned("finish", held, 2 * HOUR + 1)).toThrow(/accepted until 2026-06-15T12:00:00\.001Z/);
});

test.each<[Operation, Held, RegExp]>([
  ["rotate", { current: NEW, previous: OLD, mark: DEPLOYED }, /still accepts the previous value of api-key/],
  ["rotate", { current: NEW, retired: OLD, mark: "finish pending" }, /A --finish of api-key is under way/],
  [
    "rotate",
    { current: OLD, previous: NEW, mark: "rollback pending" },
    /A --rollback of api-key is under way/,
  ],
  ["finish", { current: NEW }, /no previous value of api-key to drop/],
  ["finish", { current: NEW, mark: DEPLOYED }, /no previous value of api-key to drop/],
  ["finish", { current: NEW, previous: OLD, mark: "rotate pending" }, /`npm run rotate -- api-key` again/],
  ["finish", { current: NEW, previous: OLD }, /not known to be deployed/],
  ["finish", { current: OLD, previous: NEW, mark: "rollback pending" }, /-- api-key --rollback` again/],
  ["rollback", { current: NEW }, /no previous value of api-key to go back to/],
  ["rotate", { current: NEW, mark: "later" }, /did not write.*pulumi config rm api-key-rotation/],
  ["finish", { current: NEW, previous: OLD, mark: "deployed today" }, /did not write/],
  ["rotate", { current: NEW, retired: OLD }, /api-key-retired was not written by this command/],
  [
    "rotate",
    { current: NEW, previous: OLD, retired: OLD, mark: "rotate pending" },
    /api-key-retired was not/,
  ],
  [
    "finish",
    { current: NEW, previous: OLD, retired: OLD, mark: DEPLOYED },
    /pulumi config rm api-key-retired/,
  ],
  [
    "finish",
    { current: NEW, previous: OLD, retired: OLD, mark: "finish pending" },
    /api-key-previous was set while a --finish of api-key is under way.*pulumi config rm api-key-previous/,
  ],
  [
    "rollback",
    { current: NEW, previous: "x", retired: OLD, mark: "finish pending" },
    /was set while a --finish/,
  ],
])("%s is refused with what to do instead, case %#", (operation, held, expected) => {
  expect(() => planned(operation, held)).toThrow(Refused);
  expect(() => planned(operation, held)).toThrow(expected);
});

test("no step loses a value that callers may still use", () => {
  const rotating = begun("rotate", { current: OLD }, NEW);
  expect(rotating).toEqual({ current: NEW, previous: OLD, mark: "rotate pending" });
  const rotated = deployed("rotate", rotating, NOW);
  expect(rotated).toEqual({ current: NEW, previous: OLD, mark: "deployed 2026-06-15T12:00:00.000Z" });
  const back = begun("rollback", rotated);
  expect(back).toEqual({ current: OLD, previous: NEW, mark: "rollback pending" });
  const finishing = begun("finish", deployed("rollback", back, NOW));
  expect(finishing).toEqual({ current: OLD, retired: NEW, mark: "finish pending" });
  expect(begun("rollback", finishing)).toEqual({ current: NEW, previous: OLD, mark: "rollback pending" });
  expect(deployed("finish", finishing, NOW)).toEqual({ current: OLD });
});

test("every command in a refusal names the given stack", () => {
  const message = (operation: Operation, held: Held) => {
    try {
      planned(operation, held, 24 * HOUR, "prod");
    } catch (error) {
      return String(error);
    }
    return "";
  };
  for (const [operation, held] of [
    ["rotate", { current: NEW, previous: OLD, mark: DEPLOYED }],
    ["rotate", { current: NEW, retired: OLD, mark: "finish pending" }],
    ["finish", { current: NEW, previous: OLD, mark: "rotate pending" }],
    ["finish", { current: OLD, previous: NEW, mark: "rollback pending" }],
    ["rotate", { current: NEW, mark: "later" }],
    ["rotate", { current: NEW, retired: OLD }],
  ] as const) {
    const commands = message(operation, held).match(/(?:npm run rotate|pulumi config) [^`\n]*/g) ?? [];
    expect(commands).not.toEqual([]);
    for (const command of commands) expect(command).toMatch(/ --stack prod$/);
  }
});

describe("a generated value", () => {
  test("has the requested length and characters and differs each time", () => {
    const values = Array.from({ length: 50 }, () => generate({ length: 64, alphabet: "aabé😀" }));
    expect(new Set(values).size).toBe(50);
    for (const value of values) {
      expect(Array.from(value)).toHaveLength(64);
    }
    expect(new Set(values.join(""))).toEqual(new Set("abé😀"));
  });

  test.each([
    [{ length: 16, alphabet: "0123456789abcdef" }, undefined],
    [{ length: 15, alphabet: "0123456789abcdef" }, /at least 64 bits.*found 60/],
    [{ length: 5_120, alphabet: "a" }, /found 0/],
    [{ length: 64, alphabet: "" }, /found 0/],
    [{ length: 0.5, alphabet: "ab" }, /--length: expected a whole number/],
    [{ length: NaN, alphabet: "ab" }, /--length/],
    [{ length: 5_121, alphabet: "ab" }, /from 1 to 5120/],
  ])("cannot be guessed, case %#", (generator, expected) => {
    const problem = generatorProblem(generator);
    expect(problem).toEqual(expected === undefined ? undefined : expect.stringMatching(expected));
  });
});

test.each([
  ["", /found 0/],
  [CANARY.repeat(500), /expected 1 to 5120 bytes, found/],
  ["é".repeat(2_561), /found 5122/],
  [CANARY, /is the same as the current one/],
])("an invalid value is refused and not shown, case %#", (value, expected) => {
  let message = "";
  try {
    checkValue({ key: "api-key", stack: "prod" }, value, CANARY);
  } catch (error) {
    message = String(error);
  }
  expect(message).toMatch(expected);
  expect(message).not.toContain(CANARY);
  expect(() => {
    checkValue({ key: "api-key", stack: "prod" }, "é".repeat(2_560), CANARY);
  }).not.toThrow();
});
