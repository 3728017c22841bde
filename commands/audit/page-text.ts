import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { AuditedSecret, Change } from "./report";

/** What a secret can be found to be. */
interface Kind {
  /** The name of its colour, and of its place on the page. */
  readonly id: string;
  readonly word: string;
  /** Beside word and colour, for a quick look. */
  readonly symbol: string;
  /** What it means and what to do; undefined if nothing is to be done. */
  readonly todo?: Markup;
  readonly is: (secret: AuditedSecret) => boolean;
}

/** Text that is HTML already. */
export type Markup = HtmlEscapedString;

/** Hono's tag for HTML, which escapes each value that is no markup. The page has no promise in it. */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly (Part | readonly Part[])[]
): Markup {
  return html(strings, ...values) as Markup;
}

type Part = Markup | string | number;

/** Puts something between parts; a list in {@link markup} has nothing there. */
export function joined(parts: readonly Part[], separator: Part): Part[] {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
}

/** The worst first. A secret can be of two kinds: what is overdue is live or missing too. */
export const KINDS: readonly Kind[] = [
  {
    id: "missing",
    word: "missing",
    symbol: "✗",
    todo: markup`Declared, and not on the Worker: ${code("pulumi up --refresh --stack <environment>")} puts it there.`,
    is: ({ state }) => state === "missing",
  },
  {
    id: "overdue",
    word: "overdue",
    symbol: "!",
    todo: markup`Older than its maxAge: ${code("npm run rotate -- <config key> --stack <environment>")} changes it, and \
with ${code("--finish")} drops the previous value.`,
    is: ({ overdue }) => overdue === true,
  },
  {
    id: "undeclared",
    word: "undeclared",
    symbol: "+",
    todo: markup`On the Worker, and not declared: name it in the Worker's ${code("inheritedSecrets")} to keep it, or \
say ${code('undeclaredSecrets: "delete"')} to remove it.`,
    is: ({ state }) => state === "undeclared",
  },
  {
    id: "unknown",
    word: "unknown",
    symbol: "?",
    todo: markup`It is not known whether it is both declared and on the Worker.`,
    is: ({ state }) => state === "unknown",
  },
  {
    id: "perhaps",
    word: "perhaps overdue",
    symbol: "~",
    todo: markup`It has a maxAge, and the records do not tell whether it is older.`,
    is: ({ overdue }) => overdue === "unknown",
  },
  { id: "live", word: "live", symbol: "✓", is: ({ state }) => state === "live" },
];

/** A kind in its colour with symbol and word, for example `✗ missing`; a screen reader says the word only. */
export function badge({ id, symbol, word }: Kind, amount = ""): Markup {
  return markup`<b class="${id}"><span aria-hidden="true">${symbol}</span> ${amount}${word}</b>`;
}

/** Age, last change and source. */
export function facts(secret: AuditedSecret): Part[] {
  const source = secret.source === "unknown" ? "source unknown" : markup`from ${code(secret.source)}`;
  return [age(secret), change(secret.changed), source];
}

function age({ age, maxAge, changed }: AuditedSecret): string {
  if (age === undefined) {
    return maxAge === undefined ? "age unknown, no maxAge" : `age unknown, maxAge ${count(maxAge, "day")}`;
  }
  const least = changed.earliest === changed.latest ? "" : "at least ";
  return (
    least + (maxAge === undefined ? `${count(age, "day")}, no maxAge` : `${age} of ${count(maxAge, "day")}`)
  );
}

function change({ earliest, latest, by, recordedIn }: Change): Part {
  if (recordedIn === "unknown") {
    return "last change unknown";
  }
  const who = by === undefined ? "by unknown" : markup`by <bdi>${by}</bdi>`;
  return markup`changed ${when(earliest, latest)} ${who} (${recordedIn})`;
}

function when(earliest?: string, latest?: string): string {
  const [from, to] = [earliest, latest].map((time) => time?.slice(0, "YYYY-MM-DD".length));
  if (from && to) {
    return from === to ? from : `between ${from} and ${to}`;
  }
  return from ? `on or after ${from}` : to ? `on or before ${to}` : "at an unknown time";
}

/** For example `2 Workers`. */
export function count(amount: number, one: string): string {
  return `${amount} ${one}${amount === 1 ? "" : "s"}`;
}

/** A name in code's font. */
export function code(name: string): Markup {
  return markup`<code>${name}</code>`;
}
