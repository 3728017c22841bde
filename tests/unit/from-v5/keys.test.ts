import { SecretKeys } from "../../../commands/from-v5/keys";
import { v5Workers } from "../../../commands/from-v5/workers";
import { DecryptedConfig } from "../../../kit/decrypted-config";
import { CANARY } from "../../support/mock-stack";
import { script, secret } from "../../support/v5-state";

const TOKEN = `${CANARY} token`;

type Config = Readonly<Record<string, [value: string, secret: boolean]>>;

/** The keys for the secrets of Workers, and what is to be set. */
function keysFor(config: Config, ...scripts: string[]) {
  const entries = Object.entries(config).map(([key, [value, isSecret]]) => [
    key,
    { value, secret: isSecret },
  ]);
  const keys = new SecretKeys(new DecryptedConfig(JSON.stringify(Object.fromEntries(entries)), "p"));
  const moved = scripts.flatMap((name) => [script(name), secret("TOKEN_B", name)]);
  const found = v5Workers(moved, []).map((worker) =>
    worker.secrets.map((one) => {
      const { key, isSet } = keys.keyOf(worker, one);
      return isSet ? key : `${key} (to be set)`;
    }),
  );
  return { found, wanted: [...keys.wanted].map(([key, { text }]) => [key, text()]) };
}

test("the secret of the config that has the value is the source, and the one with the binding's name comes first", () => {
  expect(keysFor({ "p:shop": [TOKEN, true], "p:other": [`${CANARY} TOKEN_B`, true] }, "shop")).toEqual({
    found: [["shop", "other"]],
    wanted: [],
  });
  expect(keysFor({ "p:a": [TOKEN, true], "p:token": [TOKEN, true] }, "shop").found[0]?.[0]).toBe("token");
});

test("a value of another namespace, or in clear, is no source", () => {
  const { found, wanted } = keysFor({ "cloudflare:token": [TOKEN, true], "p:plain": [TOKEN, false] }, "shop");
  expect(found).toEqual([["token (to be set)", "token-b (to be set)"]]);
  expect(wanted).toEqual([
    ["token", TOKEN],
    ["token-b", `${CANARY} TOKEN_B`],
  ]);
});

test("a key that is to be set is never one that has another value, and equal values share one", () => {
  const config: Config = { "p:token": ["other", true], "p:shop-token": ["other", false] };
  const { found } = keysFor(config, "cart", "shop");
  expect(found).toEqual([
    ["cart-token (to be set)", "token-b (to be set)"],
    ["shop-token-v5 (to be set)", "token-b (to be set)"],
  ]);
});
