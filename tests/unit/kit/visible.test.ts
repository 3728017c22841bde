import { allVisible, visible, visibleJson, visibleLines } from "../../../kit/visible";

/** Characters that move the cursor, clear the screen, reverse text, or are invisible. */
const HOSTILE = {
  "an escape sequence": "\u001b[2J",
  "a line break": "\r\n",
  delete: "\u007f",
  "a C1 control, which some terminals obey": "\u009b2J",
  "bidi marks": "\u202e\u2066\u061c",
  "zero width": "\u200b\ufeff\u00ad",
  "a filler": "\u3164\u115f",
  "a tag outside the basic plane": "\u{e0041}",
  "line separators": "\u2028\u2029",
  "half a pair": "\ud800",
};

test.each(Object.entries(HOSTILE))("%s is shown as its number", (_, text) => {
  expect(visible(`a${text}b`)).toMatch(/^a(?:\\u\{[0-9a-f]+\}|[\x20-\x7e])+b$/);
  expect(allVisible({ deep: [text, 1, true] }).deep[0]).toBe(visible(text));
  const json = visibleJson({ [text]: text });
  expect(json).toMatch(/^[\x20-\x7e\n]+$/);
  expect(JSON.parse(json)).toEqual({ [text]: text });
});

test("all other characters and the line ends of a message are kept", () => {
  const text = "Zoë, 店 and 👋, ‘quoted’";
  expect(visible(text)).toBe(text);
  expect(visibleJson([text])).toBe(JSON.stringify([text], undefined, 2));
  expect(visibleLines("one\ntwo\t\u001b[0m")).toBe(String.raw`one
two\u{9}\u{1b}[0m`);
});
