import { plural } from "../../../kit/plural";
import { columns, paint } from "../../../kit/table/columns";
import { allVisible } from "../../../kit/visible";
import type { AuditedToken, TokenReport } from "./audit-tokens";

const HEADER = ["TOKEN", "ENVIRONMENT", "MAY", "DAYS", "EXPIRES", "FINDINGS"];
/** The columns that may be cut, least important first. */
const CUTS = [
  { column: 2, least: 12 },
  { column: 0, least: 8 },
  { column: 5, least: 12 },
];

/**
 * Renders the report for a terminal: a line for each token, the total, and the notes.
 *
 * @param width the terminal's columns. @default no limit
 */
export function tokenTable(report: TokenReport, color: boolean, width = Infinity): string {
  const { tokens, notes } = allVisible(report);
  const rows = tokens.map((token) => ({
    cells: cellsOf(token),
    style: token.findings.length > 0 ? ("red" as const) : undefined,
  }));
  const all = [{ cells: HEADER, style: "bold" as const }, ...rows];
  const found = tokens.filter(({ findings }) => findings.length > 0).length;
  const total = `${plural(tokens.length, "token")}: ${found === 0 ? "nothing to do" : `${found} to look at`}`;
  return [
    ...(rows.length === 0 ? [] : [...columns(all, { cuts: CUTS, leftOut: 0 }, { color, width }), ""]),
    paint(total, "bold", color),
    ...notes.map((note) => `- ${note}`),
  ].join("\n");
}

function cellsOf({ name, environment, may, age, expiresOn, findings }: AuditedToken): string[] {
  const day = expiresOn?.slice(0, "YYYY-MM-DD".length) ?? "never";
  return [name, environment, may, age === undefined ? "?" : String(age), day, findings.join("; ")];
}
