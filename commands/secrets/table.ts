import { plural } from "../../kit/plural";
import { columns, paint, type Style } from "../../kit/table/columns";
import { allVisible } from "../../kit/visible";
import { count, type ListedState, type Report } from "./report";

/** The width that a column keeps if cells must be cut. */
const LEAST = 6;
/** Enough to tell the states apart. */
const LEAST_STATE = 3;

/**
 * Renders the report for a terminal: secrets down, environments across.
 *
 * @param width the terminal's columns: cells are cut until a line fits. @default no limit
 */
export function table(report: Report, color: boolean, width = Infinity): string {
  const { environments, secrets, notes } = allVisible(report);
  // Without a list of secrets, only the keys are known.
  const isList = secrets.some(({ binding }) => binding !== undefined);
  const header = [...(isList ? ["WORKER", "SECRET"] : []), "SOURCE", ...environments];
  const rows = secrets.map((secret) => ({
    cells: [
      ...(isList ? [secret.worker ?? "", secret.binding ?? ""] : []),
      secret.source,
      ...environments.map((stack) => secret.environments[stack] ?? ""),
    ],
    style: styleOf(secret),
  }));
  const names = header.length - environments.length;
  const cuts = [
    // The source first: it may even be left out.
    ...Array.from({ length: names }, (_, left) => ({ column: names - 1 - left, least: LEAST })),
    ...environments.map((_, stack) => ({ column: names + stack, least: LEAST_STATE })),
  ];
  const all = [{ cells: header, style: "bold" as const }, ...rows];
  return [
    ...(rows.length === 0 ? [] : columns(all, { cuts, leftOut: isList ? 1 : 0 }, { color, width })),
    "",
    paint(summary(report), "bold", color),
    ...notes.map((note) => `- ${note}`),
  ]
    .join("\n")
    .trimStart();
}

/** For example `3 secrets in 2 environments: 1 missing, 1 not encrypted`. */
function summary(report: Report): string {
  const { environments, secrets } = report;
  const findings = [
    [count(report, "missing"), "missing"],
    [count(report, "plain"), "not encrypted"],
    [count(report, "imported?"), "perhaps imported"],
  ] as const;
  const found = findings.filter(([amount]) => amount > 0).map(([amount, what]) => `${amount} ${what}`);
  return (
    `${plural(secrets.length, "secret")} in ${plural(environments.length, "environment")}: ` +
    (found.length === 0 ? "complete" : found.join(", "))
  );
}

function styleOf({ environments }: ListedState): Style | undefined {
  const states = Object.values(environments);
  if (states.includes("missing")) return "red";
  return states.includes("plain") || states.includes("imported?") ? "yellow" : undefined;
}
