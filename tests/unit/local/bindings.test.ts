import { resolve, shown, withoutSecrets } from "../../../local/api/bindings";
import { ApiError } from "../../../local/api/envelope";
import type { Binding } from "../../../local/runtime/code";

const text = (name: string, value = "v"): Binding => ({ name, type: "plain_text", text: value });
const secret = (name: string, value = "s"): Binding => ({ name, type: "secret_text", text: value });

function refusal(run: () => unknown): { code: number; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("it was not refused");
}

describe("the bindings of a new version", () => {
  it("are those that were sent, then those kept from the latest version by type", () => {
    const latest = [secret("OLD"), text("VAR"), secret("NEW", "before")];
    expect(resolve([secret("NEW", "after")], ["secret_text"], latest)).toEqual([
      secret("NEW", "after"),
      secret("OLD"),
    ]);
    expect(resolve([secret("NEW")], [], latest)).toEqual([secret("NEW")]);
    expect(resolve(undefined, ["plain_text"], latest)).toEqual([text("VAR")]);
    expect(resolve(null, [], latest)).toEqual([]);
  });

  it("inherit from the latest version, also under a new name", () => {
    const latest = [secret("A", "value of A")];
    expect(resolve([{ name: "A", type: "inherit" }], [], latest)).toEqual(latest);
    expect(resolve([{ name: "B", type: "inherit", old_name: "A" }], [], latest)).toEqual([
      secret("B", "value of A"),
    ]);
    expect(resolve([{ name: "C", type: "inherit" }], [], latest)).toEqual([]);
    expect(refusal(() => resolve([{ name: "C", type: "inherit" }], [], latest, true))).toMatchObject({
      code: 10057,
    });
  });

  it.each<[string, number, unknown]>([
    ["bindings that are not a list", 10021, {}],
    ["an item that is not an object", 10021, ["A"]],
    ["no type", 10021, [{ name: "A" }]],
    ["an invalid JavaScript name", 10021, [text("not-a-name")]],
    ["a duplicate name", 10021, [text("A"), secret("A")]],
    ["a secret without text", 10021, [{ name: "A", type: "secret_text" }]],
    ["a value that is too large in bytes", 10054, [text("A", "ö".repeat(2561))]],
    ["JSON that is too large", 10054, [{ name: "A", type: "json", json: ["x".repeat(5120)] }]],
    ["too many variables", 10055, Array.from({ length: 129 }, (_, at) => text(`V${at}`))],
  ])("with %s are refused as Cloudflare does", (_, code, sent) => {
    expect(refusal(() => resolve(sent, [], []))).toMatchObject({ code });
  });

  it("count kept bindings towards the limit", () => {
    const latest = Array.from({ length: 128 }, (_, at) => secret(`S${at}`));
    expect(resolve([], ["secret_text"], latest)).toHaveLength(128);
    expect(refusal(() => resolve([text("ONE_MORE")], ["secret_text"], latest))).toMatchObject({
      code: 10055,
    });
  });
});

it("a secret is shown by name and type only", () => {
  expect(shown(secret("S"))).toEqual({ name: "S", type: "secret_text" });
  expect(shown({ name: "K", type: "secret_key", format: "raw", key_base64: "AA" })).toEqual({
    name: "K",
    type: "secret_key",
  });
  expect(shown(text("V"))).toEqual(text("V"));
});

it("messages are masked for secrets of every type but not for variables", () => {
  const bindings = [
    text("V", "a plain value"),
    secret("S", "text of a secret"),
    { name: "K", type: "secret_key", key_base64: "a2V5IG1hdGVyaWFs" },
    { name: "J", type: "secret_key", key_jwk: { kty: "oct", k: "private-part-of-it" } },
  ];
  const message = "a plain value, text of a secret, a2V5IG1hdGVyaWFs, private-part-of-it, oct";
  expect(withoutSecrets(message, bindings)).toBe("a plain value, [secret], [secret], [secret], oct");
});
