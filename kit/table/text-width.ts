import stringWidth from "string-width";

const ASCII = /^[\x20-\x7e]*$/;
const WIDE = /\p{Emoji_Presentation}/u;
/** Drawn on top of the character before. */
const MARKS = /[\p{Mn}\p{Me}]/gu;
const signs = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  return ASCII.test(text) ? text.length : signsOf(text).reduce((width, sign) => width + signWidth(sign), 0);
}

/** Cuts a text to a number of columns, at least 1; an ellipsis takes the place of what is cut. */
export function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let left = width - 1;
  for (const sign of signsOf(text)) {
    left -= signWidth(sign);
    if (left < 0) break;
    kept += sign;
  }
  return `${kept}…`;
}

function signsOf(text: string): string[] {
  return [...signs.segment(text)].map(({ segment }) => segment);
}

/** The package does not know the emoji of the last years, nor the marks of most scripts. */
function signWidth(sign: string): number {
  return WIDE.test(sign) ? 2 : stringWidth(sign.replace(MARKS, ""));
}
