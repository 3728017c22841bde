import { strayChanges } from "../../../kit/edit/stray-changes";

const BEFORE = `# The platform team's
encryptionsalt: v1:salt
config:
  shop:api-key:
    secure: v1:old
  shop:list: [1, { a: b }]
  aws:region: eu-west-1
environment: [base]
`;

function strays(before: string, after: string): string[] {
  return strayChanges(before, after, { project: "shop", own: ["api-key", "api-key-previous"] });
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
  ["a structured value changes", "a: b", "a: c", ["config shop:list"]],
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
