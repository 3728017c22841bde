import { plural } from "../../kit/plural";
import { columns, paint, type Style } from "../../kit/table/columns";
import { allVisible } from "../../kit/visible";
import type { AuditedSecret, Change, Report } from "./report";
import { STORE } from "./state";

const HEADER = ["WORKER", "ENVIRONMENT", "BINDING", "SOURCE", "LAST CHANGED", "DAYS", "STATE", "SHARED WITH"];
/** The columns that may be cut, least important first, and the width that each keeps. */
const CUT_FIRST = { "SHARED WITH": 6, SOURCE: 8, "LAST CHANGED": 11, WORKER: 8, ENVIRONMENT: 6, BINDING: 8 };
const CUTS = Object.entries(CUT_FIRST).map(([title, least]) => ({ column: HEADER.indexOf(title), least }));
/** How many of these, from the first, may be left out if even that is too wide. */
const LEFT_OUT = 3;

/** The most secrets with the same value that a line names. */
const SHOWN = 2;

/**
 * Renders the report for a terminal: a line for each secret, the totals, and the notes.
 *
 * @param width the terminal's columns: cells are cut, then columns left out, until a line fits. @default no limit
 */
export function table(report: Report, color: boolean, width = Infinity): string {
  const { secrets, notes } = allVisible(report);
  const rows = secrets.map((secret) => ({ cells: cellsOf(secret), style: styleOf(secret) }));
  const all = [{ cells: HEADER, style: "bold" as const }, ...rows];
  return [
    ...(rows.length === 0 ? [] : columns(all, { cuts: CUTS, leftOut: LEFT_OUT }, { color, width })),
    "",
    paint(summary(secrets), "bold", color),
    ...notes.map((note) => `- ${note}`),
  ]
    .join("\n")
    .trimStart();
}

/** For example `12 secrets of 3 Workers in 2 environments: 1 overdue, 1 missing`. */
function summary(secrets: readonly AuditedSecret[]): string {
  const own = secrets.filter(({ worker }) => worker !== STORE);
  const workers = new Set(own.map(({ accountId, worker }) => `${accountId}/${worker}`)).size;
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
