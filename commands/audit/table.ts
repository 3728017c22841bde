import { styleText } from "node:util";
import { allVisible } from "../../kit/visible";
import type { AuditedSecret, Change, Report } from "./report";
import { shorten, textWidth } from "./text-width";

const HEADER = ["WORKER", "ENVIRONMENT", "BINDING", "SOURCE", "LAST CHANGED", "DAYS", "STATE", "SHARED WITH"];
/** The columns that may be cut, least important first, and the width that each keeps. */
const CUT_FIRST = { "SHARED WITH": 6, SOURCE: 8, "LAST CHANGED": 11, WORKER: 8, ENVIRONMENT: 6, BINDING: 8 };
/** How many of these, from the first, may be left out if even that is too wide. */
const LEFT_OUT = 3;
const GAP = "  ";

type Style = "bold" | "red" | "yellow";

/** The most secrets with the same value that a line names. */
const SHOWN = 2;

/**
 * Renders the report for a terminal: a line for each secret, the totals, and the notes.
 *
 * @param width the terminal's columns: cells are cut, then columns left out, until a line fits. @default no limit
 */
export function table(report: Report, color: boolean, width = Infinity): string {
  const { secrets, notes } = allVisible(report);
  const paint = (text: string, style: Style | undefined) =>
    // The caller has checked whether the terminal shows colours.
    color && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  const rows = secrets.map((secret) => ({ cells: cellsOf(secret), style: styleOf(secret) }));
  const all = [{ cells: HEADER, style: "bold" as const }, ...rows];
  // Row by row, because a whole fleet has more cells than a call can have arguments.
  const natural = all.reduce<number[]>(
    (widest, { cells }) => cells.map((cell, column) => Math.max(textWidth(cell), widest[column] ?? 0)),
    [],
  );
  const widths = fit(natural, width);
  const line = (cells: readonly string[]) =>
    cells
      .flatMap((cell, column) => {
        const room = widths[column] ?? 0;
        const shown = shorten(cell, room);
        return room === 0 ? [] : shown + " ".repeat(room - textWidth(shown));
      })
      .join(GAP)
      .trimEnd();
  return [
    ...(rows.length === 0 ? [] : all.map(({ cells, style }) => paint(line(cells), style))),
    "",
    paint(summary(secrets), "bold"),
    ...notes.map((note) => `- ${note}`),
  ]
    .join("\n")
    .trimStart();
}

/** The columns' widths in a terminal; 0 for a column that is left out. */
function fit(natural: readonly number[], width: number): number[] {
  const order = Object.entries(CUT_FIRST).map(([title, least]) => ({ column: HEADER.indexOf(title), least }));
  for (let leftOut = 0; ; leftOut++) {
    const widths = [...natural];
    for (const { column } of order.slice(0, leftOut)) widths[column] = 0;
    const shown = widths.filter((column) => column > 0);
    let excess = shown.reduce((sum, column) => sum + GAP.length + column, -GAP.length) - width;
    for (const { column, least } of order.slice(leftOut)) {
      const now = widths[column] ?? 0;
      const cut = Math.max(0, Math.min(excess, now - least));
      widths[column] = now - cut;
      excess -= cut;
    }
    if (excess <= 0 || leftOut === LEFT_OUT) return widths;
  }
}

/** For example `12 secrets of 3 Workers in 2 environments: 1 overdue, 1 missing`. */
function summary(secrets: readonly AuditedSecret[]): string {
  const workers = new Set(secrets.map(({ accountId, worker }) => `${accountId}/${worker}`)).size;
  const environments = new Set(secrets.map(({ environment }) => environment)).size;
  const count = (is: (secret: AuditedSecret) => boolean) => secrets.filter(is).length;
  const findings = [
    [count(({ overdue }) => overdue === true), "overdue"],
    [count(({ overdue }) => overdue === "unknown"), "perhaps overdue"],
    [count(({ state }) => state === "missing"), "missing"],
    [count(({ state }) => state === "undeclared"), "undeclared"],
    [count(({ state }) => state === "unknown"), "unknown"],
  ] as const;
  const found = findings.filter(([amount]) => amount > 0).map(([amount, what]) => `${amount} ${what}`);
  return (
    `${plural(secrets.length, "secret")} of ${plural(workers, "Worker")} in ${plural(environments, "environment")}: ` +
    (found.length === 0 ? "nothing overdue, missing or undeclared" : found.join(", "))
  );
}

function cellsOf(secret: AuditedSecret): string[] {
  const { worker, environment, binding, source, changed, state, sharedWith } = secret;
  const more = sharedWith.length > SHOWN ? ` and ${sharedWith.length - SHOWN} more` : "";
  const shared = `${sharedWith.slice(0, SHOWN).join(", ")}${more}`;
  return [worker, environment, binding, source, changeCell(changed), ageCell(secret), state, shared];
}

function changeCell({ earliest, latest, by }: Change): string {
  const [from, to] = [earliest, latest].map((time) => time?.slice(0, "YYYY-MM-DD".length));
  if (to === undefined) return "unknown";
  const when = from === to ? to : from === undefined ? `until ${to}` : `${from} to ${to}`;
  return by === undefined ? when : `${when} ${by}`;
}

function ageCell({ age, maxAge, overdue, changed }: AuditedSecret): string {
  const least = age !== undefined && changed.earliest !== changed.latest ? "≥" : "";
  const limit = maxAge === undefined ? "" : `/${maxAge}`;
  const late = overdue === true ? " overdue" : overdue === "unknown" ? " overdue?" : "";
  return age === undefined && maxAge === undefined ? "" : `${least}${age ?? "?"}${limit}${late}`;
}

function styleOf({ state, overdue }: AuditedSecret): Style | undefined {
  if (overdue === true || state === "missing" || state === "undeclared") return "red";
  return overdue === "unknown" || state === "unknown" ? "yellow" : undefined;
}

function plural(amount: number, one: string): string {
  return `${amount} ${one}${amount === 1 ? "" : "s"}`;
}
