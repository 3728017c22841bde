import type { Row, Section, Unit } from "./sections";

const HEADER = ["", "median", "min – max", "ratio", "goal"];

const FORMATS: Readonly<Record<Unit, (value: number) => string>> = {
  ms: (value) => (value < 100 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(2)} s`),
  MB: (value) => `${Math.round(value)} MB`,
  requests: (value) => value.toLocaleString("en"),
  "%": (value) => `${value.toFixed(1)} %`,
  bytes: (value) => `${value.toLocaleString("en")} B`,
};

/** Prints the sections in columns of the same width in all of them. */
export function printTable(sections: readonly Section[], color: boolean): void {
  const tables = sections.map(({ rows }) => rows.map(cellsOf));
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...tables.flat().map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || column === cells.length - 1 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd();

  for (const [index, { title, legend, rows }] of sections.entries()) {
    const cells = tables[index] ?? [];
    const printed = cells.map((row, place) => paint(line(row), rows[place]?.met, color));
    const lines = [
      paint(title, undefined, color, "1"),
      line(HEADER),
      ...printed,
      ...legend.map((text) => `  ${text}`),
    ];
    process.stdout.write(`${lines.join("\n")}\n\n`);
  }
}

function cellsOf(row: Row): string[] {
  const { name, unit, median, min, max, ratio, goal, met } = row;
  const format = (value: number) => (Number.isFinite(value) ? FORMATS[unit](value) : "n/a");
  const verdict = met === true ? "✓ met" : "✗ missed";
  if (unit === "%") {
    const bound = `at ${row.atLeast === true ? "least" : "most"} ${goal ?? 100} %: ${verdict}`;
    return [`  ${name}`, format(median), "", "", bound];
  }
  return [
    `  ${name}`,
    format(median),
    `${format(min)} – ${format(max)}`,
    ratio === undefined ? "1 (compared with)" : Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : "n/a",
    goal === undefined ? "" : `at most ${goal} ×: ${verdict}`,
  ];
}

function paint(text: string, met: boolean | undefined, color: boolean, code?: string): string {
  const chosen = code ?? (met === undefined ? undefined : met ? "32" : "31");
  return color && chosen !== undefined ? `\x1b[${chosen}m${text}\x1b[0m` : text;
}
