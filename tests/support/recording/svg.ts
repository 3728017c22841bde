import { type Cast, PROMPT } from "./cast";
import { type Run, Screen } from "./screen";

/** A character's and a line's size in pixels, and the space around the text. */
const [WIDTH, HEIGHT, EDGE] = [8.4, 19, 18];
/** Seconds for which the end stays. */
const END = 5;

const BACKGROUND = "#0d1117";
/** The colours of the palette that Pulumi uses. */
const COLORS: Readonly<Record<string, string>> = {
  1: "#ff7b72",
  2: "#56d364",
  3: "#e3b341",
  12: "#79c0ff",
  13: "#d2a8ff",
};

/** When the terminal shows how many lines, and how many columns of the last one. */
interface Step {
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

const START: Step = { at: 0, line: 0, column: 0 };

/**
 * Draws a recording as an SVG of which GitHub shows the animation. All lines are there once: a cover in the background's
 * colour moves along what is written, and the lines move up. A reader who wants no motion sees the end.
 */
export function picture({ width, height, title, events }: Cast): string {
  const screen = new Screen(width);
  const steps = events.map(([at, , text]): Step => {
    screen.write(text);
    return { at, line: screen.lines.length - 1, column: screen.column };
  });
  const last = steps.at(-1) ?? START;
  const seconds = last.at + END;
  const size = { w: width * WIDTH + 2 * EDGE, h: height * HEIGHT + 2 * EDGE };
  const cover = ({ line, column }: Step) => move(column * WIDTH, line * HEIGHT);
  const scroll = ({ line }: Step) => move(0, -Math.max(0, line + 1 - height) * HEIGHT);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.w} ${size.h}" width="${size.w}" role="img">
<title>${escaped(title)}</title>
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #c9d1d9; white-space: pre }
.b { font-weight: bold } .comment { fill: #8b949e }
${Object.entries(COLORS)
  .map(([name, color]) => `.c${name} { fill: ${color} }`)
  .join(" ")}
#cover { transform: ${cover(last)} } #scroll { transform: ${scroll(last)} }
@media (prefers-reduced-motion: no-preference) {
#cover { animation: cover ${seconds}s step-end infinite } #scroll { animation: scroll ${seconds}s step-end infinite }
}
${keyframes("cover", steps, seconds, cover)}
${keyframes("scroll", steps, seconds, scroll)}
</style>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<svg x="${EDGE}" y="${EDGE}" width="${size.w - EDGE}" height="${height * HEIGHT}"><g id="scroll">
${screen.lines
  .map(lineOf)
  .filter((line) => line !== "")
  .join("\n")}
<g id="cover" fill="${BACKGROUND}"><path d="M0 0H${2 * size.w}V${screen.lines.length * HEIGHT}H-${2 * size.w}V${HEIGHT}H0Z"/><rect width="${WIDTH}" height="${HEIGHT - 2}" fill="#8b949e"/></g>
</g></svg>
</svg>
`;
}

/** The steps at which something moves. */
function keyframes(
  name: string,
  steps: readonly Step[],
  seconds: number,
  style: (step: Step) => string,
): string {
  // Only the last of several texts that come at once is seen.
  const seen = [START, ...steps.filter(({ at }, index) => steps[index + 1]?.at !== at)];
  const moved = seen.filter((step, index) => {
    const before = seen[index - 1];
    return before === undefined || style(before) !== style(step);
  });
  const frames = moved.map((step) => `${round((100 * step.at) / seconds)}%{transform:${style(step)}}`);
  return `@keyframes ${name} {${frames.join("")}}`;
}

function lineOf(runs: readonly Run[], index: number): string {
  const text = runs.map((run) => run.text).join("");
  if (text.trim() === "") return "";
  // Whatever font a reader has, a character is as wide as the cover takes it to be.
  const place = `y="${round((index + 0.75) * HEIGHT)}" textLength="${round(text.length * WIDTH)}" lengthAdjust="spacingAndGlyphs"`;
  const kind = text.startsWith(`${PROMPT}#`)
    ? ' class="comment"'
    : text.startsWith(PROMPT)
      ? ' class="b"'
      : "";
  return `<text ${place}${kind} xml:space="preserve">${runs.map(spanOf).join("")}</text>`;
}

function spanOf({ text, bold, color }: Run): string {
  const names = [bold ? "b" : "", color === undefined ? "" : `c${color}`].filter((name) => name !== "");
  if (color !== undefined && !(color in COLORS)) throw new Error(`The picture has no colour ${color}.`);
  return names.length === 0 ? escaped(text) : `<tspan class="${names.join(" ")}">${escaped(text)}</tspan>`;
}

function move(x: number, y: number): string {
  return `translate(${round(x)}px,${round(y)}px)`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
