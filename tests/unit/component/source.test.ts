import { configKey, parseSource, printSource, type Source } from "../../../component/contract/source";

test.each<[string, Source]>([
  ["config:api-key", { kind: "config", key: "api-key" }],
  ["esc:shop/prod#db.password", { kind: "esc", environments: ["shop/prod"], key: "db.password" }],
  ["esc:shop/prod,base#a#b", { kind: "esc", environments: ["shop/prod", "base"], key: "a#b" }],
  ["config:vault:api-key", { kind: "config", key: "vault:api-key" }],
  ["secrets-store:s1/shared/key", { kind: "secrets-store", store: "s1", secret: "shared/key" }],
  ["aws-secrets-manager:shop/db", { kind: "aws-secrets-manager", id: "shop/db" }],
  ["aws-secrets-manager:arn:aws:x#a#b", { kind: "aws-secrets-manager", id: "arn:aws:x", key: "a#b" }],
  ["gcp-secret-manager:projects/p/secrets/s", { kind: "gcp-secret-manager", secret: "projects/p/secrets/s" }],
  ["vault:secret/shop#key", { kind: "vault", path: "secret/shop", key: "key" }],
  ["op://vault/item/field", { kind: "other", text: "op://vault/item/field" }],
  // Without a key, a store or a secret, the text is only shown.
  ...[
    "config:",
    "secrets-store:s1",
    "secrets-store:/shared",
    "secrets-store:s1/",
    "",
    "esc:shop/prod",
    "vault:a",
    "vault:#a",
    "aws-secrets-manager:a#",
  ].map((text): [string, Source] => [text, { kind: "other", text }]),
])("a source is parsed, and printed as the program gave it: %j", (text, source) => {
  expect(parseSource(text)).toEqual(source);
  expect(printSource(source)).toBe(text);
});

test("only a source in the stack's config has a config key", () => {
  expect(configKey("config:vault:api-key")).toBe("vault:api-key");
  expect(configKey("op://vault/item/field")).toBeUndefined();
});
