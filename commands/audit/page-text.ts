import type { AuditedSecret, Change } from "./report";

/** What a secret can be found to be. */
interface Kind {
  /** Its colour's name, and where it is on the page. */
  readonly id: string;
  readonly word: string;
  /** Beside word and colour, for a quick look. */
  readonly symbol: string;
  /** What it means and what to do, as HTML; nothing for what is well. */
  readonly todo?: string;
  readonly is: (secret: AuditedSecret) => boolean;
}

/** The worst first. A secret can be of two kinds: what is overdue is live or missing too. */
export const KINDS: readonly Kind[] = [
  {
    id: "missing",
    word: "missing",
    symbol: "✗",
    todo: `Declared, and not on the Worker: ${code("pulumi up --refresh --stack <environment>")} puts it there.`,
    is: ({ state }) => state === "missing",
  },
  {
    id: "overdue",
    word: "overdue",
    symbol: "!",
    todo:
      `Older than its maxAge: ${code("npm run rotate -- <config key> --stack <environment>")} changes it, and with ` +
      `${code("--finish")} drops the previous value.`,
    is: ({ overdue }) => overdue === true,
  },
  {
    id: "undeclared",
    word: "undeclared",
    symbol: "+",
    todo:
      "On the Worker, and not declared: name it in the Worker's " +
      `${code("inheritedSecrets")} to keep it, or say ${code('undeclaredSecrets: "delete"')} to remove it.`,
    is: ({ state }) => state === "undeclared",
  },
  {
    id: "unknown",
    word: "unknown",
    symbol: "?",
    todo: "Declared, and nobody could look whether it is on the Worker.",
    is: ({ state }) => state === "unknown",
  },
  {
    id: "perhaps",
    word: "perhaps overdue",
    symbol: "~",
    todo: "It has a maxAge, and what is recorded of its last change does not tell whether it is older.",
    is: ({ overdue }) => overdue === "unknown",
  },
  { id: "live", word: "live", symbol: "✓", is: ({ state }) => state === "live" },
];

/** A kind in its colour with symbol and word, for example `✗ missing`; a screen reader says the word only. */
export function badge({ id, symbol, word }: Kind, amount = ""): string {
  return `<b class="${id}"><span aria-hidden="true">${symbol}</span> ${amount}${word}</b>`;
}

/** Age, last change and source, as HTML. */
export function facts(secret: AuditedSecret): string[] {
  const source = secret.source === "unknown" ? "source unknown" : `from ${code(secret.source)}`;
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

function change({ earliest, latest, by, recordedIn }: Change): string {
  if (recordedIn === "unknown") {
    return "last change unknown";
  }
  const who = by === undefined ? "by unknown" : `by <bdi>${escape(by)}</bdi>`;
  return `changed ${when(earliest, latest)} ${who} (${recordedIn})`;
}

function when(earliest?: string, latest?: string): string {
  const [from, to] = [earliest, latest].map(
    (moment) => moment && escape(moment.slice(0, "YYYY-MM-DD".length)),
  );
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
export function code(name: string): string {
  return `<code>${escape(name)}</code>`;
}

/**
 * A text as HTML, for an attribute too. What cannot be seen (control, direction, zero width) is shown as its
 * number, so that no name passes for another.
 */
export function escape(text: string): string {
  return text
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
      (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ""}}`,
    );
}
