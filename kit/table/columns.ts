import { styleText } from "node:util";
import { shorten, textWidth } from "./text-width";

const GAP = "  ";

export type Style = "bold" | "red" | "yellow";

export interface Row {
  readonly cells: readonly string[];
  readonly style?: Style | undefined;
}

/** A column that may be cut to a width. */
export interface Cut {
  readonly column: number;
  readonly least: number;
}

interface Terminal {
  readonly color: boolean;
  /** The terminal's columns. */
  readonly width: number;
}

/**
 * Aligns rows. If a line is wider than the terminal, cells are cut, and then columns left out, until it fits.
 *
 * @param cuts the columns that may be cut, least important first
 * @param leftOut how many of these, from the first, may be left out if even that is too wide
 */
export function columns(
  rows: readonly Row[],
  { cuts, leftOut }: { readonly cuts: readonly Cut[]; readonly leftOut: number },
  { color, width }: Terminal,
): string[] {
  // Row by row, because a whole fleet has more cells than a call can have arguments.
  const natural = rows.reduce<number[]>(
    (widest, { cells }) => cells.map((cell, column) => Math.max(textWidth(cell), widest[column] ?? 0)),
    [],
  );
  const widths = fit(natural, width, cuts, leftOut);
  const line = (cells: readonly string[]) =>
    cells
      .flatMap((cell, column) => {
        const room = widths[column] ?? 0;
        const shown = shorten(cell, room);
        return room === 0 ? [] : shown + " ".repeat(room - textWidth(shown));
      })
      .join(GAP)
      .trimEnd();
  return rows.map(({ cells, style }) => paint(line(cells), style, color));
}

/** @param color whether the terminal shows colours */
export function paint(text: string, style: Style | undefined, color: boolean): string {
  return color && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
}

/** The columns' widths in a terminal; 0 for a column that is left out. */
function fit(natural: readonly number[], width: number, cuts: readonly Cut[], mostLeftOut: number): number[] {
  for (let leftOut = 0; ; leftOut++) {
    const widths = [...natural];
    for (const { column } of cuts.slice(0, leftOut)) widths[column] = 0;
    const shown = widths.filter((column) => column > 0);
    let excess = shown.reduce((sum, column) => sum + GAP.length + column, -GAP.length) - width;
    for (const { column, least } of cuts.slice(leftOut)) {
      const now = widths[column] ?? 0;
      const cut = Math.max(0, Math.min(excess, now - least));
      widths[column] = now - cut;
      excess -= cut;
    }
    if (excess <= 0 || leftOut === mostLeftOut) return widths;
  }
}
