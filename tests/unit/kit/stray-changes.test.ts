import type { Place } from "../../../kit/config-place";
import { refuseStrayChanges, strayChanges } from "../../../kit/edit/stray-changes";

const BEFORE = `# The platform team's
encryptionsalt: v1:salt
config:
  shop:api-key:
    secure: v1:old
  shop:list: [1, { a: b }]
  aws:region: eu-west-1
environment: [base]
`;

const OWN = ["api-key", "api-key-previous"].map((key) => ({ key, path: [] }));

function strays(before: string, after: string, own: readonly Place[] = OWN): string[] {
  return strayChanges(before, after, { project: "shop", own });
}

test("changes of the secret's own keys, of comments and of notation are ignored", () => {
  const after = `encryptionsalt: "v1:salt"
config:
  api-key-previous:
    secure: v1:old
  shop:config:api-key: { secure: v1:new }
  aws:config:region: eu-west-1
  shop:list:
    - 1
    - a: b
environment:
  - base
`;
  expect(strays(BEFORE, after)).toEqual([]);
  expect(strays("", "")).toEqual([]);
});

test.each([
  ["true", "true"],
  ["3", "3"],
  ["1.0", "1"],
  ["12345678901234567890", "12345678901234567890"],
])("%s, which Pulumi reads and writes as text, is the same", (before, after) => {
  const file = (value: string) => `config:\n  shop:plain: ${value}\n`;
  expect(strays(file(before), file(`"${after}"`))).toEqual([]);
  expect(strays(file(before), file(`"${after}0"`))).toEqual(["config shop:plain"]);
});

test.each([
  ["the salt changes", "v1:salt", "v1:other", ["encryptionsalt"]],
  ["the salt is removed", /^encryptionsalt.*\n/m, "", ["encryptionsalt"]],
  ["an imported environment is removed", /^environment.*\n/m, "", ["environment"]],
  ["a top-level key is added", "config:", "secretsprovider: awskms://x\nconfig:", ["secretsprovider"]],
  ["another config key is removed", / {2}aws.*\n/, "", ["config aws:region"]],
  ["a structured value changes", "a: b", "a: c", ["config shop:list[1].a"]],
  [
    "the whole config is removed",
    /^config:[^]*(?=environment)/m,
    "",
    ["config shop:list", "config aws:region"],
  ],
])("%s: the key is reported", (_, from, to, expected) => {
  const after = BEFORE.replace(from, to);
  expect(after).not.toBe(BEFORE);
  expect(strays(BEFORE, after)).toEqual(expected);
});

test("the same name in another namespace is a different key", () => {
  const before = "config:\n  aws:api-key: a\n";
  expect(strays(before, "config:\n  aws:api-key: b\n")).toEqual(["config aws:api-key"]);
});

const PASSWORD: Place = { key: "database", path: ["password"] };
const object = (text: string) => `config:\n  shop:database: ${text}\n`;

test.each<[string, Place, string, string]>([
  ["is set", PASSWORD, "{ password: { secure: a }, user: bob }", "{ password: { secure: b }, user: bob }"],
  ["is added", PASSWORD, "{ user: bob }", "{ user: bob, password: { secure: b } }"],
  ["is the first", PASSWORD, "{}", "{ password: { secure: b } }"],
  ["is removed", PASSWORD, "{ user: bob, password: a }", "{ user: bob }"],
  ["is in a list", { key: "database", path: [0, "a"] }, "[{ a: 1, b: 2 }, 3]", "[{ a: 2, b: 2 }, 3]"],
  ["is an item", { key: "database", path: [0] }, "[{ secure: a }, 3]", "[{ secure: b }, 3]"],
  ["is a new item", { key: "database", path: [1] }, "[3]", "[3, { secure: b }]"],
])("a value at a path may change: it %s", (_, own, before, after) => {
  expect(strays(object(before), object(after), [own])).toEqual([]);
  expect(strays(object(before), object(after), [])).not.toEqual([]);
});

test("an object that comes with its first value is no other change", () => {
  const after = object("{ password: { secure: a } }");
  expect(strays("config: {}\n", after, [PASSWORD])).toEqual([]);
  expect(strays("config: {}\n", after, [{ key: "database", path: ["user"] }])).toEqual([
    "config shop:database",
  ]);
});

test.each([
  ["a sibling", "{ user: bob }", "{ user: eve }", "config shop:database.user"],
  ["a sealed sibling", "{ user: { secure: a } }", "{ user: { secure: b } }", "config shop:database.user"],
  [
    "a large number",
    "{ n: 12345678901234567890 }",
    "{ n: 1.2345678901234567e+19 }",
    "config shop:database.n",
  ],
  ["a date", "{ d: 2026-01-01 }", "{ d: 2026-01-01 00:00:00 +0000 UTC }", "config shop:database.d"],
  ["an item", "{ list: [1, { a: 2 }] }", "{ list: [1, { a: 3 }] }", "config shop:database.list[1].a"],
  ["a lost sibling", "{ user: bob, b: 1 }", "{ b: 1 }", "config shop:database.user"],
  ["one text as a whole", "{ secure: v1:json }", "{ password: { secure: b } }", "config shop:database"],
  ["a gap in a list", "[1]", "[1, null, { password: 2 }]", "config shop:database[1]"],
])("what else changes in the object is reported: %s", (_, before, after, expected) => {
  expect(strays(object(before), object(after), [PASSWORD])).toContain(expected);
});

test("a sealed value is no object with a value named secure", () => {
  const own = [{ key: "database", path: ["secure"] }];
  expect(strays(object("{ secure: v1:a }"), object("{ secure: v1:b }"), own)).toEqual([
    "config shop:database",
  ]);
});

test("the message says what to do", () => {
  const refuse = () => {
    const edit = { project: "shop", own: [PASSWORD] };
    refuseStrayChanges("/a/Pulumi.prod.yaml", object("{ d: 1.10 }"), object("{ d: 1.2 }"), edit);
  };
  expect(refuse).toThrow(
    /^Pulumi would change more of Pulumi\.prod\.yaml than asked: config shop:database\.d\. .*quotes/,
  );
});
