import { keptIn } from "../../../kit/config-place";
import { DecryptedConfig } from "../../../kit/decrypted-config";

const CONFIG = new DecryptedConfig(
  JSON.stringify({
    "shop:api-key": { value: "a", secret: true },
    "shop:plain": { value: "b", secret: false },
    "shop:a.b": { value: "c", secret: true },
    "aws:token": { value: "d", secret: true },
    "shop:database": {
      value: "{}",
      objectValue: { password: "e", port: 5432, ratio: 1.5, users: [{ token: "f" }] },
      secret: true,
    },
  }),
  "shop",
);

test("a key without a namespace belongs to the project", () => {
  expect(CONFIG.find("api-key")?.value).toBe("a");
  expect(CONFIG.find("aws:token")?.value).toBe("d");
  expect(CONFIG.find("shop:config:plain")?.value).toBe("b");
  expect(CONFIG.find("token")).toBeUndefined();
  expect(CONFIG.secretKeys()).toEqual(["api-key", "a.b", "aws:token", "database"]);
});

test.each<[string, (string | number)[], string | undefined]>([
  ["api-key", [], "a"],
  ["a.b", [], "c"],
  ["database", ["password"], "e"],
  ["database", ["users", 0, "token"], "f"],
  ["database", ["users", "length"], undefined],
  ["database", ["users", 1], undefined],
  ["database", ["toString"], undefined],
  ["database", ["port"], "5432"],
  ["database", ["ratio"], undefined],
  ["database", ["users"], undefined],
  ["api-key", ["part"], undefined],
  ["nope", ["part"], undefined],
])("the text of %s at %j", (key, path, expected) => {
  expect(CONFIG.textAt({ key, path })).toBe(expected);
});

test("an object and a list are structured, a text in them is not", () => {
  expect(CONFIG.isStructured({ key: "database", path: [] })).toBe(true);
  expect(CONFIG.isStructured({ key: "database", path: ["users"] })).toBe(true);
  expect(CONFIG.isStructured({ key: "database", path: ["password"] })).toBe(false);
  expect(CONFIG.isStructured({ key: "api-key", path: [] })).toBe(false);
});

test.each<[string, (string | number)[], string | undefined]>([
  ["sealed", [], "secure"],
  ["p:config:clear", [], "plain"],
  ["object", [], "structured"],
  ["object", ["a"], "secure"],
  ["object", ["b"], "plain"],
  ["object", ["list"], "structured"],
  ["object", ["list", 0], "secure"],
  ["object", ["list", 1], undefined],
  ["object", ["none"], undefined],
  ["object", ["null"], undefined],
  ["object", ["a", "deeper"], "in secure text"],
  ["object", ["b", "deeper", "still"], "in plain text"],
  ["sealed", ["part"], "in secure text"],
  ["clear", ["part"], "in plain text"],
  // Seen with Pulumi 3.246: it is encrypted if it is the only key.
  ["object", ["own"], "structured"],
  ["object", ["own", "secure"], "plain"],
  ["nope", [], undefined],
  ["nope", ["part"], undefined],
])("how a file holds %s at %j", (key, path, expected) => {
  const config = {
    "p:sealed": { secure: "x" },
    clear: "{}",
    "p:object": {
      a: { secure: "x" },
      b: 1,
      list: [{ secure: "x" }],
      null: null,
      own: { secure: "x", user: "y" },
    },
  };
  expect(keptIn(config, "p")({ key, path })).toBe(expected);
});

test("a file without config holds nothing", () => {
  expect(keptIn(undefined, "p")({ key: "a", path: [] })).toBeUndefined();
});
