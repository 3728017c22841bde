import { placeWords } from "../../../component/contract/property-path";
import { heldIn } from "../../../commands/rotate/held-in";
import { locate } from "../../../commands/rotate/locate";
import { configSecretCall, slotsOf } from "../../../commands/rotate/slots";
import { keptIn } from "../../../kit/config-place";
import { DecryptedConfig } from "../../../kit/decrypted-config";

const sealed = { secure: "v1:x" };
const database = {
  "a:b": "i",
  "c\\": "j",
  password: "e",
  "password-previous": "f",
  "a b": "g",
  port: 5432,
  nested: { x: "h" },
};
const CONFIG = {
  values: new DecryptedConfig(
    JSON.stringify({
      "shop:api-key": { value: "a", secret: true },
      "shop:plain": { value: "b", secret: false },
      "shop:a.b": { value: "c", secret: true },
      "shop:a": { value: "{}", objectValue: { b: "path" }, secret: true },
      "shop:database": { value: "{}", objectValue: database, secret: true },
      "shop:database.password-rotation": { value: "deployed 1", secret: false },
      "shop:tokens": { value: "[]", objectValue: ["t", { token: "u" }], secret: true },
      "shop:whole": { value: "{}", secret: true },
      "vault:my.db": { value: "{}", objectValue: { password: "v" }, secret: true },
      "shop:odd-previous": { value: "[]", objectValue: [], secret: false },
      "shop:odd": { value: "f", secret: true },
    }),
    "shop",
  ),
  kept: keptIn(
    {
      "shop:a": { b: sealed },
      "shop:database": {
        "a:b": sealed,
        "c\\": sealed,
        password: sealed,
        "password-previous": sealed,
        "a b": sealed,
        port: 5432,
        nested: { x: sealed },
      },
      "shop:tokens": [sealed, { token: sealed }],
      "shop:whole": sealed,
      "vault:my.db": { password: sealed },
    },
    "shop",
  ),
};

const target = (key: string, configFile?: string) => ({ key, stack: "prod", configFile });
const located = (key: string) => locate(CONFIG, target(key));

function refusal(key: string, configFile?: string): string {
  try {
    heldIn(CONFIG, "prod", target(key, configFile));
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("Nothing was refused.");
}

test("a rotation keeps its values in keys next to the secret", () => {
  const words = Object.entries(slotsOf(located("api-key"))).map(([slot, place]) => [slot, placeWords(place)]);
  expect(Object.fromEntries(words)).toEqual({
    current: ["api-key"],
    previous: ["api-key-previous"],
    retired: ["api-key-retired"],
    mark: ["api-key-rotation"],
  });
});

test("of a path, only the previous value is in the object: the program sees no retired value and no mark", () => {
  const words = Object.entries(slotsOf(located('tokens[1]["token"]'))).map(([slot, place]) => [
    slot,
    placeWords(place),
  ]);
  expect(Object.fromEntries(words)).toEqual({
    current: ["--path", "tokens[1].token"],
    previous: ["--path", "tokens[1].token-previous"],
    retired: ["tokens[1].token-retired"],
    mark: ["tokens[1].token-rotation"],
  });
});

test.each([
  ["api-key", "api-key", { current: "a" }],
  // A key that has dots goes before a path of the same name.
  ["a.b", "a.b", { current: "c" }],
  ["database.password", "database.password", { current: "e", previous: "f", mark: "deployed 1" }],
  // However the path is written, it is the same secret.
  ['database["password"]', "database.password", { current: "e", previous: "f", mark: "deployed 1" }],
  ['database["a b"]', 'database["a b"]', { current: "g" }],
  ["database.nested.x", "database.nested.x", { current: "h" }],
  ["tokens[1].token", "tokens[1].token", { current: "u" }],
  ['vault:["my.db"].password', 'vault:["my.db"].password', { current: "v" }],
])("%s is found, and is named %s", (key, name, expected) => {
  const { target: found, held } = heldIn(CONFIG, "prod", target(key));
  expect(found.key).toBe(name);
  expect(JSON.parse(JSON.stringify(held))).toEqual(expected);
});

test("the program declares a path with an option", () => {
  expect(configSecretCall(located("api-key"))).toBe('configSecret("api-key")');
  expect(configSecretCall(located("tokens[1].token"))).toBe('configSecret("tokens", { path: "[1].token" })');
});

test("a path that is also the name of a key is refused", () => {
  expect(refusal('a["b"]')).toMatch(/^"a\.b" is a key in the config and a path into a, /);
});

test.each([
  ["nope", /^Stack prod has no secret "nope" .*: (.*)$/, "pulumi config set --secret nope"],
  ["plain", /^"plain" is in clear .*: (.*)$/, "pulumi config set --secret plain"],
  ["database", /^"database" is an object .*: (.*)$/, "pulumi config set --secret KEY"],
  ["database.nested", /^"database\.nested" is an object .*: (.*)$/, "pulumi config set --secret KEY"],
  ["odd", /^"odd-previous" is an object .*: (.*)$/, "pulumi config set --secret KEY"],
  [
    "database.nope",
    /^Stack prod has no secret "database\.nope" .*: (.*)$/,
    "pulumi config set --secret --path database.nope",
  ],
  [
    "nope.password",
    /^Stack prod has no secret "nope\.password" .*: (.*)$/,
    "pulumi config set --secret nope.password",
  ],
  [
    "database.port",
    /^"database\.port" is in clear .*: (.*)$/,
    "pulumi config set --secret --path database.port",
  ],
  ["database.password-previous", /is kept by .*: (.*)$/, "npm run rotate -- database.password --finish"],
  ["database.password-rotation", /is kept by .*: (.*)$/, "npm run rotate -- database.password --finish"],
  ['database["a b-previous"]', /is kept by .*: (.*)$/, `npm run rotate -- 'database["a b"]' --finish`],
  [
    "whole.password",
    /is in one text .*\n {2}- pulumi config get whole .*\n.*\n {2}- (.*)$/,
    "pulumi config set --secret --path whole.password",
  ],
  ["whole[0]", /is in one text [^]* - (.*)$/, "pulumi config set --secret --path 'whole[0]'"],
  ["tokens[0]", /is an item of a list, [^]*: (.*)$/, "pulumi config set --secret --path 'tokens[0]'"],
  ["odd-retired", /^"odd-retired" is kept by .*: (.*)$/, "npm run rotate -- odd --finish"],
])("what cannot be rotated has the command for the stack's own config file: %s", (key, expected, command) => {
  expect(expected.exec(refusal(key))?.[1]).toBe(`${command} --stack prod`);
  const withFile = expected.exec(refusal(key, "my values.yaml"))?.[1];
  expect(withFile).toBe(`${command} --stack prod --config-file 'my values.yaml'`);
});

test.each([
  ['database["a:b"]', 'has ":"'],
  ["database.c\\", "has a backslash at its end"],
])("%s cannot be named by Pulumi's commands, which is said with what to do", (key, says) => {
  const text = refusal(key);
  expect(text).toContain(`a part whose name ${says}, which is not supported: Pulumi's`);
  expect(text).toMatch(/a key of its own: pulumi config set --secret KEY[^]*configSecret/);
});
