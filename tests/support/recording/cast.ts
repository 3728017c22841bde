import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { ROOT } from "../docs/pages";

/** The session at the top of the README, as asciinema keeps one (version 2), and the picture of it. */
export const CAST = path.join(ROOT, "docs/session.cast");
export const PICTURE = path.join(ROOT, "docs/session.svg");

const HEADER = z.strictObject({
  version: z.literal(2),
  width: z.number(),
  height: z.number(),
  title: z.string(),
});
const EVENT = z.tuple([z.number(), z.literal("o"), z.string()]);

/** A text that the terminal got, and when, in seconds. */
type Event = z.infer<typeof EVENT>;

export interface Cast extends z.infer<typeof HEADER> {
  readonly events: readonly Event[];
}

export function parseCast(text: string): Cast {
  const [header, ...events] = text
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  return { ...HEADER.parse(header), events: z.array(EVENT).parse(events) };
}

export function readCast(): Cast {
  return parseCast(fs.readFileSync(CAST, "utf8"));
}

export function formatCast({ events, ...header }: Cast): string {
  return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join("");
}

export const PROMPT = "$ ";

/** A command and what it printed. */
export interface Ran {
  readonly command: string;
  readonly output: string;
}

/** What was run in a session, without colours. */
export function ranIn({ events }: Cast): Ran[] {
  const [, ...parts] = plain(events.map(([, , text]) => text).join("")).split(
    new RegExp(`^${PROMPT.replace("$", "\\$")}`, "m"),
  );
  return parts.map((part) => {
    const [command = "", ...lines] = part.split("\n");
    return { command, output: lines.join("\n") };
  });
}

export function plain(text: string): string {
  return text.replaceAll(/\u001b\[[\d;]*m|\r/g, "");
}

/** Seconds for a key, after a command line, and at most without anything new. */
const [KEY, READING, LONGEST] = [0.04, 0.6, 1.5];

/** Makes a session of commands as they are typed and of what each printed, with its times. */
export class Recorder {
  readonly events: Event[] = [];
  #now = 0.5;

  type(line: string): void {
    this.#add(0, PROMPT);
    for (const key of line) this.#add(KEY, key);
    this.#add(READING, "\r\n");
  }

  /** @param printed texts with their times, in milliseconds */
  print(printed: readonly (readonly [at: number, text: string])[]): void {
    let before = printed[0]?.[0] ?? 0;
    for (const [at, text] of printed) {
      this.#add(Math.min((at - before) / 1000, LONGEST), text);
      before = at;
    }
    this.#now += LONGEST;
  }

  #add(seconds: number, text: string): void {
    this.#now += seconds;
    this.events.push([Math.round(this.#now * 100) / 100, "o", text]);
  }
}
