import { commandLine } from "../../component/contract/command-line";
import type { Command } from "./command";
import { isSetting, usage } from "./parse";

const WIDTH = 118;

/** Formats the text of `--help`. */
export function help({ name, summary, positionals, options, notes }: Command): string {
  const rows: [string, string][] = [
    ...Object.values(positionals).map((positional): [string, string] => [positional.name, positional.help]),
    ...Object.entries(options).map(([name, option]): [string, string] => {
      if (!isSetting(option)) return [`--${name}`, option.help];
      const preset = option.default === undefined ? "" : ` (default ${option.default})`;
      return [`--${name} ${option.value}`, `${option.help}${preset}`];
    }),
  ];
  const wanted = [
    ...Object.values(positionals).map(usage),
    ...(Object.keys(options).length > 0 ? ["[OPTION...]"] : []),
  ];
  return (
    [commandLine(name, wanted), summary.trim(), table(rows), notes.trim()]
      .filter((part) => part !== "")
      .join("\n\n") + "\n"
  );
}

function table(rows: readonly [string, string][]): string {
  const left = Math.max(...rows.map(([term]) => term.length)) + 2;
  return rows
    .map(
      ([term, text]) =>
        `  ${term.padEnd(left)}${wrap(text, WIDTH - left - 2).join(`\n${" ".repeat(left + 2)}`)}`,
    )
    .join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
