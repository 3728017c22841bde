import {
  joinedPath,
  keysNamed,
  parsePlace,
  parsePropertyPath,
  printPlace,
  unnameable,
} from "../../../component/contract/property-path";
import { previousKey, previousPlace } from "../../../component/contract/previous-names";

test.each([
  ["database.password", "database", ["password"], "database.password"],
  ['database["password"]', "database", ["password"], "database.password"],
  ["users[0].token", "users", [0, "token"], "users[0].token"],
  ["vault:database.password", "vault:database", ["password"], "vault:database.password"],
  ['vault:["my.db"].password', "vault:my.db", ["password"], 'vault:["my.db"].password'],
  ['["my.db"].a b', "my.db", ["a b"], '["my.db"]["a b"]'],
  ['database["a:b"]', "database", ["a:b"], 'database["a:b"]'],
  ['database["a\\"b\\c"]', "database", ['a"b\\c'], 'database["a\\"b\\c"]'],
  ["my.ns:key", "my", ["ns:key"], 'my["ns:key"]'],
])("%s is a path into a key, which has one name", (text, key, path, printed) => {
  expect(parsePlace(text)).toEqual({ key, path });
  expect(printPlace({ key, path })).toBe(printed);
  expect(parsePlace(printed)).toEqual({ key, path });
});

test.each(["database", "vault:database", "[0].a", "a..b", "", 'a["b'])("%j leads into no key", (text) => {
  expect(parsePlace(text)).toBeUndefined();
  expect(keysNamed(text)).toEqual([text]);
});

test("a key by itself has its own name, with whatever is in it", () => {
  expect(printPlace({ key: "vault:my.db", path: [] })).toBe("vault:my.db");
});

test("a name can mean a key with dots, or the key that the path begins with", () => {
  expect(keysNamed("database.password")).toEqual(["database.password", "database"]);
});

test("what is no path is joined as it is, for the message that refuses it", () => {
  expect(joinedPath("database", "a..b")).toBe("database.a..b");
});

test("only a quote is escaped in quotes, as in Pulumi", () => {
  expect(parsePropertyPath('["a\\\\b"]')).toEqual(["a\\\\b"]);
  expect(parsePropertyPath('["a\\"]')).toBeUndefined();
});

test.each(["api-key", "database.password", 'database["a b"]', "users[0].token"])(
  "the previous value of %s has one place, however it is named",
  (text) => {
    const place = parsePlace(text) ?? { key: text, path: [] };
    expect(printPlace(previousPlace(place))).toBe(previousKey(text));
  },
);

test("the previous value of an item of a list has no place", () => {
  expect(previousPlace({ key: "tokens", path: [0] })).toEqual({ key: "tokens", path: ["0-previous"] });
  expect(parsePlace(previousKey("tokens[0]"))).toBeUndefined();
});

test("a colon in a path, and a backslash at the end of a step, cannot be named", () => {
  const of = (key: string, ...path: (string | number)[]) => unnameable({ key, path });
  expect([of("a", "b:c"), of("a", 0, "b\\"), of("a\\", "b")]).toEqual([
    '":"',
    "a backslash at its end",
    "a backslash at its end",
  ]);
  expect([of("ns:a", "b"), of("ns:a\\"), of("a", "b\\c", 0)]).toEqual([undefined, undefined, undefined]);
});
