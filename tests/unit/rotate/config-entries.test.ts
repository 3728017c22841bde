import { ConfigEntries, keysOf } from "../../../commands/rotate/config-entries";
import { heldIn } from "../../../commands/rotate/held-in";

const CONFIG = new ConfigEntries(
  JSON.stringify({
    "shop:api-key": { value: "a", secret: true },
    "shop:plain": { value: "b", secret: false },
    "shop:a.b": { value: "c", secret: true },
    "aws:token": { value: "d", secret: true },
    "shop:database": { value: '{"password":"e"}', objectValue: { password: "e" }, secret: true },
    "shop:odd-previous": { value: "[]", objectValue: [], secret: false },
    "shop:odd": { value: "f", secret: true },
  }),
  "shop",
);

test("a key without a namespace belongs to the project", () => {
  expect(CONFIG.find("api-key")?.value).toBe("a");
  expect(CONFIG.find("aws:token")?.value).toBe("d");
  expect(CONFIG.find("token")).toBeUndefined();
  expect(CONFIG.secretKeys()).toEqual(["api-key", "a.b", "aws:token", "database", "odd"]);
});

test.each([
  ["database", "database"],
  ["database.password", "database"],
  ['database["password"]', "database"],
  ["odd", "odd-previous"],
  ["a.b", undefined],
  ["api-key", undefined],
  ["nope.password", undefined],
])("%s is structured by %s", (key, expected) => {
  expect(CONFIG.structured(key)).toBe(expected);
});

test("a rotation keeps its values in keys next to the secret", () => {
  expect(keysOf("api-key")).toEqual({
    current: "api-key",
    previous: "api-key-previous",
    retired: "api-key-retired",
    mark: "api-key-rotation",
  });
});

test.each([
  ["nope", /^Stack prod has no secret "nope" .*: (.*)$/, "pulumi config set --secret nope"],
  ["plain", /^"plain" is in clear .*: (.*)$/, "pulumi config set --secret plain"],
  ["database", /^"database" is an object .*: (.*)$/, "pulumi config set --secret KEY"],
  ["odd-retired", /^"odd-retired" is kept by .*: (.*)$/, "npm run rotate -- odd --finish"],
])("what cannot be rotated has the command for the stack's own config file: %s", (key, expected, command) => {
  const refused = (configFile?: string) => {
    const read = () => heldIn(CONFIG, "prod", { key, stack: "prod", configFile });
    try {
      return read();
    } catch (error) {
      return expected.exec((error as Error).message)?.[1];
    }
  };
  expect(refused()).toBe(`${command} --stack prod`);
  expect(refused("my values.yaml")).toBe(`${command} --stack prod --config-file 'my values.yaml'`);
});

test("a value at a path is rotated with Pulumi's own commands, if there is a place for the previous one", () => {
  const refused = (key: string) => () => heldIn(CONFIG, "prod", { key, stack: undefined });
  expect(refused("database.password")).toThrow(`\
"database" is an object or a list in the config of stack prod, and only a value that is one text can be rotated. Rotate \
"database.password" with pulumi config set: the first command keeps the value as the previous one, the second asks for the new one.
  - pulumi config get --path database.password --stack prod | pulumi config set --path --secret database.password-previous --stack prod
  - pulumi config set --path --secret database.password --stack prod
Deploy then. When all callers use the new value, remove the previous one and deploy: \
pulumi config rm --path database.password-previous --stack prod`);
  expect(refused('database["a b"]')).toThrow(
    `| pulumi config set --path --secret 'database["a b-previous"]' --stack`,
  );
  expect(refused("database[0]")).toThrow(/Give the secret a key of its own: /);
});
