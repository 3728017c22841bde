import { plural } from "../../kit/plural";

/** A part of a comment. Without items, it is left out. */
export interface Section {
  readonly title: string;
  readonly items: readonly string[];
  /** Comes after the items. */
  readonly end?: string;
}

/** For the line that says what is left out, with the largest number. */
const ROOM = 60;

/** A table is a section whose items are its rows. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): Section {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return { title: `${line(columns)}\n${line(columns.map(() => "---"))}`, items: rows.map(line) };
}

/** Joins the sections in their order. Of a section that does not fit, the last items are counted instead. */
export function blocks(heading: string, sections: readonly Section[], limit: number): string {
  let text = heading;
  let omitted = 0;
  for (const section of sections) {
    if (section.items.length === 0) continue;
    const shown = fitting(section, limit - text.length - ROOM);
    if (shown === "") omitted += section.items.length;
    text += shown;
  }
  return `${text}${omitted === 0 ? "" : `\n\n${plural(omitted, "line")} of further sections left out.`}\n`;
}

function fitting({ title, items, end = "" }: Section, limit: number): string {
  let text = `\n\n${title}`;
  let room = limit - text.length - end.length - ROOM;
  // Nothing of it, not even its title, fits.
  if (room < 0) return "";
  let shown = 0;
  for (const item of items) {
    room -= item.length + 1;
    if (room < 0) break;
    text += `\n${item}`;
    shown += 1;
  }
  const rest = items.length - shown;
  return `${text}${rest === 0 ? "" : `\n\n${plural(rest, "more line")} left out.`}${end}`;
}
