import { ConfigEntries, keysOf } from "../../../commands/rotate/config-entries";

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
