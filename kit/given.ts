import { isMap, isScalar, LineCounter, parseDocument } from "yaml";

/** A value on standard input. */
export interface Given {
  readonly name: string;
  /** Undefined if it is not a text. */
  readonly value: string | undefined;
  /** From 1. */
  readonly line: number;
}

export interface AllGiven {
  readonly given: readonly Given[];
  /** The lines that are neither a value nor a comment. */
  readonly unreadable: readonly number[];
}

/** Parses the lines of a `.env`, or an object in JSON, as `wrangler secret bulk` takes it. */
export function parseGiven(text: string): AllGiven {
  const content = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  return content.trimStart().startsWith("{")
    ? { given: parseJson(content), unreadable: [] }
    : parseLines(content);
}

/**
 * A line of a `.env`, whose quoted value can have several lines, and a comment after it. It gives the values that
 * `npm run dev` reads from the same line in `.dev.vars`, and does not match where the parsers of such files would cut a
 * value without a word: at a `#` without quotes, and after a quote in quotes.
 */
const LINE =
  /[ \t]*(?:(?:export[ \t]+)?([^\s=#"'`]+)[ \t]*= *(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\s"'`#](?:[^\n#]*[^\s#])?)?))?[ \t]*(?:(?<!\S)#[^\n]*)?(?:\n|$)/y;

function parseLines(text: string): AllGiven {
  const given: Given[] = [];
  const unreadable: number[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    LINE.lastIndex = at;
    const match = LINE.exec(text);
    const [whole = "", name, double, single, backtick, bare = ""] = match ?? [];
    if (match === null) unreadable.push(line);
    if (name !== undefined) {
      given.push({ name, value: double?.replaceAll("\\n", "\n") ?? single ?? backtick ?? bare, line });
    }
    const end = match === null ? text.indexOf("\n", at) + 1 || text.length : at + whole.length;
    line += text.slice(at, end).split("\n").length - 1;
    at = end;
  }
  return { given, unreadable };
}

function parseJson(text: string): Given[] {
  let values: Record<string, unknown>;
  try {
    values = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Node's message quotes the text.
    throw new Error("Standard input begins like JSON, but is not valid JSON.");
  }
  // JSON.parse keeps the last of two values with one name.
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { uniqueKeys: false, lineCounter: lines });
  return (isMap(contents) ? contents.items : []).map(({ key }) => {
    const [name, start] = isScalar(key) ? [String(key.value), key.range[0]] : ["", 0];
    const value = values[name];
    return { name, value: typeof value === "string" ? value : undefined, line: lines.linePos(start).line };
  });
}
