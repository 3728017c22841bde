import * as fs from "node:fs";
import * as os from "node:os";
import {
  CAST,
  type Cast,
  formatCast,
  parseCast,
  PICTURE,
  ranIn,
  readCast,
  Recorder,
} from "../../support/recording/cast";
import { Screen } from "../../support/recording/screen";
import { picture } from "../../support/recording/svg";

const [RED, PLAIN] = ["\u001b[38;5;1m", "\u001b[0m"];

function cast(...events: Cast["events"]): Cast {
  return { version: 2, width: 20, height: 2, title: "A & B", events };
}

test("the picture in the README is that of the recording, and small", () => {
  expect(fs.readFileSync(PICTURE, "utf8")).toBe(picture(readCast()));
  expect(fs.statSync(PICTURE).size).toBeLessThan(150_000);
});

test("the recording has nothing of the machine that made it", () => {
  const text = fs.readFileSync(CAST, "utf8");
  expect(text).not.toContain(os.hostname());
  expect(text).not.toMatch(/127\.0\.0\.1|localhost|\/(?:home|root|tmp|Users|work)\b|canary/i);
});

test("a recording is read as it was written, with the commands and what they printed", () => {
  const recorder = new Recorder();
  recorder.type("npm run audit");
  recorder.print([
    [1000, `${RED}late${PLAIN}\r\n`],
    [9000, "$5 more\r\n"],
  ]);
  const made = parseCast(formatCast(cast(...recorder.events)));
  expect(ranIn(made)).toEqual([{ command: "npm run audit", output: "late\n$5 more\n" }]);
  // What takes long is shortened.
  expect(made.events.at(-1)?.[0]).toBeLessThan(5);
});

test("text goes on in the next line where a line is full, and keeps its colour", () => {
  const screen = new Screen(4);
  screen.write(`ab${RED}cdef${PLAIN}g\r\nh`);
  expect(screen.lines.map((line) => line.map(({ text, color }) => `${text} ${color ?? ""}`.trim()))).toEqual([
    ["ab", "cd 1"],
    ["ef 1", "g"],
    ["h"],
  ]);
});

test.each(["\u001b[2K", "\r50 %", "\u001b[4m", "\u001b[38;5;200mx"])(
  "what the picture cannot show is an error: %j",
  (text) => {
    expect(() => picture(cast([1, "o", text]))).toThrow(/cannot show|no colour/);
  },
);

test("a line is covered until it is printed, and the lines move up when the terminal is full", () => {
  const drawn = picture(cast([1, "o", "a<b\r\n"], [2, "o", "\r\n"], [5, "o", "end"]));
  expect(drawn).toContain("<title>A &amp; B</title>");
  expect(drawn).toContain(">a&lt;b</text>");
  expect(drawn).toContain(
    "@keyframes cover {0%{transform:translate(0px,0px)}10%{transform:translate(0px,19px)}" +
      "20%{transform:translate(0px,38px)}50%{transform:translate(25.2px,38px)}}",
  );
  expect(drawn).toContain(
    "@keyframes scroll {0%{transform:translate(0px,0px)}20%{transform:translate(0px,-19px)}}",
  );
});
