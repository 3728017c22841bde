/**
 * Characters that a reader cannot see, or that make a terminal or a browser do something: control, format, direction
 * and zero-width characters, line separators, halves of a pair, and code points that Unicode has not assigned.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Makes an untrusted name (from a state, git, Cloudflare or an argument) safe to print: it replaces each invisible
 * character by its code point, for example `\u{1b}`. So no name can move the cursor or look like another name.
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ""}}`);
}

/** Like {@link visible}, for a message of several lines. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

/** Safe JSON for a terminal that still parses to the original names: JSON.stringify escapes only some characters. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
    .split("\n")
    .map((line) => line.replace(INVISIBLE, codeUnits))
    .join("\n");
}

/** A character outside the basic plane takes two escapes in JSON. */
function codeUnits(sign: string): string {
  return Array.from({ length: sign.length }, (_, at) => {
    return `\\u${sign.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }).join("");
}

/** Makes every text in a JSON value {@link visible}. */
export function allVisible<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === "string" ? visible(part) : part,
  ) as T;
}
