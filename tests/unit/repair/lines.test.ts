import type { Comparison } from "../../../commands/repair/compare";
import type { Finding } from "../../../commands/repair/difference";
import { lines, question } from "../../../commands/repair/lines";
import { CANARY } from "../../support/mock-stack";
import { repairWorker } from "../../support/repair-worker";

const value = () => CANARY;

function comparison(script: string, findings: readonly Finding[], obstacle?: string): Comparison {
  return { worker: repairWorker({ script }), findings, obstacle, isAsDeclared: findings.length === 0 };
}

const OLD: Finding = { name: "OLD", says: "live", edit: "remove" };
const KEY: Finding = { name: "LONG_KEY", says: "missing", edit: value };
const MODE: Finding = { name: "MODE", says: "other" };

test("each difference has a line with its Worker and what is planned, and a Worker without one is as declared", () => {
  const all = [comparison("shop", [OLD, KEY, MODE]), comparison("a-shop", [OLD]), comparison("other", [])];
  expect(lines(all, true)).toEqual([
    "shop    OLD       live: to be removed",
    "shop    LONG_KEY  missing: to be put back",
    "shop    MODE      other",
    "a-shop  OLD       live: to be removed",
    "other: as declared",
  ]);
  expect(lines(all, false)[0]).toBe("shop    OLD       live");
});

test("nothing is planned for a Worker whose secrets cannot be edited", () => {
  expect(lines([comparison("shop", [OLD], "Refused.")], true)).toEqual(["shop  OLD  live", "shop: Refused."]);
  expect(lines([comparison("shop", [], "Refused.")], true)).toEqual(["shop: as declared. Refused."]);
  expect(lines([{ ...comparison("shop", [], "Unknown."), isAsDeclared: false }], true)).toEqual([
    "shop: Unknown.",
  ]);
});

test("names that move the cursor are made visible", () => {
  const [line] = lines([comparison("shop", [{ ...OLD, name: "OLD\u001b[2J" }])], true);
  expect(line).toBe("shop  OLD\\u{1b}[2J  live: to be removed");
});

test("the question counts what it would do", () => {
  const wanted = [comparison("a", [OLD, KEY]), comparison("b", [KEY, MODE])];
  expect(question(wanted, "prod")).toBe("Remove 1 secret and put back 2 secrets on 2 Workers of stack prod?");
  expect(question([comparison("a", [OLD])], "prod")).toBe("Remove 1 secret on 1 Worker of stack prod?");
  expect(question([comparison("a", [KEY])], "prod")).toBe("Put back 1 secret on 1 Worker of stack prod?");
});
