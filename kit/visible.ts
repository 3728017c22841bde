/**
 * Characters that a reader cannot see, or that make a terminal or a browser do something: control, format, direction
 * and zero-width characters, line separators, halves of a pair, and code points that Unicode has not assigned.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Makes a name from elsewhere (a state, git, Cloudflare, an argument) safe to print: each invisible character becomes
 * its number, for example `\u{1b}`. So no name moves the cursor, and none passes for another.
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ""}}`);
}

/** Like {@link visible}, for a message of several lines. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

/** JSON that is safe on a terminal and still has every name as it is: JSON.stringify escapes only some of these. */
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

/** Makes every text in some JSON {@link visible}. */
export function allVisible<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === "string" ? visible(part) : part,
  ) as T;
}
