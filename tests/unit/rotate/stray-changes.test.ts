import { strayChanges } from "../../../commands/rotate/stray-changes";

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

test("a change of the secret's own keys, of comments and of notation is none", () => {
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
  ["the salt is another one", "v1:salt", "v1:other", ["encryptionsalt"]],
  ["the salt is gone", /^encryptionsalt.*\n/m, "", ["encryptionsalt"]],
  ["an imported environment is gone", /^environment.*\n/m, "", ["environment"]],
  ["a top-level key has come", "config:", "secretsprovider: awskms://x\nconfig:", ["secretsprovider"]],
  ["another key of the config is gone", / {2}aws.*\n/, "", ["config aws:region"]],
  ["a structured value is another one", "a: b", "a: c", ["config shop:list"]],
  ["the whole config is gone", /^config:[^]*(?=environment)/m, "", ["config shop:list", "config aws:region"]],
])("%s: it is named", (_, from, to, expected) => {
  const after = BEFORE.replace(from, to);
  expect(after).not.toBe(BEFORE);
  expect(strays(BEFORE, after)).toEqual(expected);
});

test("the key of the same name in another namespace is another key", () => {
  const before = "config:\n  aws:api-key: a\n";
  expect(strays(before, "config:\n  aws:api-key: b\n")).toEqual(["config aws:api-key"]);
});
