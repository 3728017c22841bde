import { styleText } from "node:util";
import stringWidth from "string-width";
import { allVisible } from "../../kit/visible";
import type { AuditedSecret, Change, Report } from "./report";

const HEADER = ["WORKER", "ENVIRONMENT", "BINDING", "SOURCE", "LAST CHANGED", "DAYS", "STATE", "SHARED WITH"];

type Style = "bold" | "red" | "yellow";

/** The most secrets with the same value that a line names. */
const SHOWN = 2;

/** Renders the report for a terminal: a line for each secret, the totals, and the notes. */
export function table(report: Report, color: boolean): string {
  const { secrets, notes } = allVisible(report);
  const paint = (text: string, style: Style | undefined) =>
    // The caller has checked whether the terminal shows colours.
    color && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  const rows = secrets.map((secret) => ({ cells: cellsOf(secret), style: styleOf(secret) }));
  const all = [{ cells: HEADER, style: "bold" as const }, ...rows];
  // Row by row, because a whole fleet has more cells than a call can have arguments.
  const widths = all.reduce<number[]>(
    (widest, { cells }) => cells.map((cell, column) => Math.max(stringWidth(cell), widest[column] ?? 0)),
    [],
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join("  ")
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
