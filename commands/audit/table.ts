import type { AuditedSecret, Change, Report } from "./report";

const HEADER = ["WORKER", "ENVIRONMENT", "BINDING", "SOURCE", "LAST CHANGED", "DAYS", "STATE", "SHARED WITH"];
const BOLD = "1";
const RED = "31";
const YELLOW = "33";

/** How many of those that have the same value a line holds. */
const SHOWN = 2;

/** The report for a terminal: a line a secret, what they come to, and what could not be found out. */
export function table({ secrets, notes }: Report, color: boolean): string {
  const paint = (text: string, code: string | undefined) =>
    color && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
  const rows = secrets.map((secret) => cellsOf(secret).map(printable));
  // Row by row: a whole fleet is more than a call takes arguments.
  const widths = [HEADER, ...rows].reduce<number[]>(
    (widest, cells) => cells.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  const line = (cells: readonly string[], code: string | undefined) =>
    paint(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
      code,
    );
  return [
    ...(rows.length === 0 ? [] : [line(HEADER, BOLD)]),
    ...rows.map((cells, index) => line(cells, colorOf(secrets[index]))),
    "",
    paint(summary(secrets), BOLD),
    ...notes.map((note) => `- ${printable(note)}`),
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
  const [from, to] = [earliest, latest].map((moment) => moment?.slice(0, "YYYY-MM-DD".length));
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

function colorOf(secret: AuditedSecret | undefined): string | undefined {
  const { state, overdue } = secret ?? {};
  if (overdue === true || state === "missing" || state === "undeclared") return RED;
  return overdue === "unknown" || state === "unknown" ? YELLOW : undefined;
}

/** Names come from other people; none of them moves the cursor. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, "�");
}

function plural(amount: number, one: string): string {
  return `${amount} ${one}${amount === 1 ? "" : "s"}`;
}
