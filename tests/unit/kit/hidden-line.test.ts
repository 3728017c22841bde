import { HiddenLine } from "../../../kit/hidden-line";

function typed(...chunks: string[]): HiddenLine {
  const line = new HiddenLine();
  for (const chunk of chunks) line.feed(chunk);
  return line;
}

const PEM = "-----BEGIN KEY-----\nabc\n-----END KEY-----\n";

test.each([
  ["a line", ["value\r"], "value"],
  ["a line in parts", ["va", "lu", "e", "\r"], "value"],
  ["a line with a Windows line end", ["value\r\n"], "value"],
  ["corrections", ["vaX\u007flX\bue\r"], "value"],
  ["a correction of a character outside the basic plane", ["value😀\u007f\r"], "value"],
  ["a line that was cleared", ["wrong\u0015value\r"], "value"],
  ["arrows, even in parts", ["val\u001b[Du", "\u001b", "[1;5", "Ce\u001bOA\r"], "value"],
  ["other control characters", ["\u0001val\u0004ue\u0000\r"], "value"],
  ["a tab", ["a\tb\r"], "a\tb"],
])("%s gives the value", (_, chunks, expected) => {
  const line = typed(...chunks);
  expect([line.text, line.entered, line.cut]).toEqual([expected, true, false]);
});

test("a marked paste of several lines is one value, and Enter ends it", () => {
  const pasted = PEM.replaceAll("\n", "\r");
  const line = typed(`\u001b[200~${pasted.slice(0, 9)}`, `${pasted.slice(9)}\u001b[20`, "1~");
  expect([line.text, line.entered]).toEqual([PEM, false]);
  line.feed("\r");
  expect([line.text, line.entered, line.cut]).toEqual([PEM, true, false]);
  expect(typed("\u001b[200~a\r\nb\u001b[201~\r").text).toBe("a\nb");
});

test("a marked paste that ends with Esc ends", () => {
  const line = typed("\u001b[200~value\u001b\u001b[201~", "\r");
  expect(line.entered).toBe(true);
});

test("an unmarked paste of several lines is detected", () => {
  expect(typed(PEM.replaceAll("\n", "\r")).cut).toBe(true);
  expect(typed("first\r", "second").cut).toBe(true);
});

test("Ctrl-C interrupts, and Ctrl-D ends only an empty line", () => {
  expect(typed("abc\u0003").interrupted).toBe(true);
  expect(typed("\u001b[200~\u0003\u001b[201~").interrupted).toBe(false);
  expect(typed("abc\u001b\u0003").interrupted).toBe(true);
  expect(typed("abc\u001b\r").entered).toBe(true);
  expect(typed("\u0004").ended).toBe(true);
  expect(typed("a\u0004").ended).toBe(false);
});
