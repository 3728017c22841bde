import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { commandLine } from "../../component/contract/command-line";
import { configKey } from "../../component/contract/source";
import { plural } from "../../kit/plural";
import { quoted } from "../../kit/quoted";
import type { AuditedSecret, Change } from "./report";

/** A state in which the audit can find a secret. */
interface Kind {
  /** Names its colour and its element on the page. */
  readonly id: string;
  readonly word: string;
  /** Shown in addition to word and colour, for quick scanning. */
  readonly symbol: string;
  /** What it means and what to do; undefined if there is nothing to do. */
  readonly todo?: Markup;
  /** The command that does it, to be copied into a shell; undefined if it takes more than a command. */
  readonly command?: (secret: AuditedSecret) => string | undefined;
  readonly is: (secret: AuditedSecret) => boolean;
}

/** Text that is already HTML. */
export type Markup = HtmlEscapedString;

/** Hono's HTML tag, which escapes every value that is not markup. The cast is safe: the page has no promises. */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly (Part | readonly Part[])[]
): Markup {
  return html(strings, ...values) as Markup;
}

type Part = Markup | string | number;

/** Joins parts with a separator; {@link markup} concatenates a list without one. */
export function joined(parts: readonly Part[], separator: Part): Part[] {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
}

/** Worst first. A secret can be of two kinds: an overdue one is also live or missing. */
export const KINDS: readonly Kind[] = [
  {
    id: "missing",
    word: "missing",
    symbol: "✗",
    todo: markup`Declared, and not on the Worker. A deploy with ${code("--refresh")} puts it there.`,
    command: ({ environment }) => `pulumi up --refresh --stack ${quoted(environment)}`,
    is: ({ state }) => state === "missing",
  },
  {
    id: "overdue",
    word: "overdue",
    symbol: "!",
    todo: markup`Older than its maxAge. A value from the stack's config is changed by ${code(commandLine("rotate"))}, which says \
how to drop the previous one; any other value is changed where it comes from.`,
    command: ({ source, environment }) => {
      const [, key, previous, end = ""] = /^(.+?)(-previous)?("\])?$/s.exec(configKey(source) ?? "") ?? [];
      const finish = previous === undefined ? [] : ["--finish"];
      return (
        key && commandLine("rotate", [quoted(`${key}${end}`), ...finish, "--stack", quoted(environment)])
      );
    },
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
    todo: markup`It has a maxAge, but the records do not show whether it is older.`,
    is: ({ overdue }) => overdue === "unknown",
  },
  { id: "live", word: "live", symbol: "✓", is: ({ state }) => state === "live" },
];

/** A kind with colour, symbol and word, for example `✗ missing`. Screen readers skip the symbol. */
export function badge({ id, symbol, word }: Kind, amount = ""): Markup {
  return markup`<b class="${id}"><span aria-hidden="true">${symbol}</span> ${amount}${word}</b>`;
}

/** The age, last change, source and version of a secret. */
export function facts(secret: AuditedSecret): Part[] {
  const source = secret.source === "unknown" ? "source unknown" : markup`from ${code(secret.source)}`;
  const version = secret.version === undefined ? [] : [markup`version ${code(secret.version)}`];
  return [age(secret), change(secret.changed), source, ...version];
}

function age({ age, maxAge, changed }: AuditedSecret): string {
  if (age === undefined) {
    return maxAge === undefined ? "age unknown, no maxAge" : `age unknown, maxAge ${plural(maxAge, "day")}`;
  }
  const least = changed.earliest === changed.latest ? "" : "at least ";
  return (
    least + (maxAge === undefined ? `${plural(age, "day")}, no maxAge` : `${age} of ${plural(maxAge, "day")}`)
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

/** A name in code's font. */
export function code(name: string): Markup {
  return markup`<code>${name}</code>`;
}
