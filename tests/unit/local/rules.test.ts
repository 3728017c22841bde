import { unknownValue } from "@pulumi/pulumi/runtime";
import { violations } from "../../../local/provider/rules";
import { SCRIPT_RULES } from "../../../local/provider/script-rules";

const KEY = {
  name: "KEY",
  type: "secret_key",
  algorithm: '{"name":"HMAC","hash":"SHA-256"}',
  format: "raw",
  usages: ["sign", "verify"],
  keyBase64: "AAAA",
};
const GOOD = {
  accountId: "0123456789abcdef0123456789abcdef",
  scriptName: "script_1",
  content: "export default {}",
  contentType: "application/javascript+module",
  usageModel: "standard",
  placement: { mode: "smart" },
  observability: { enabled: true, logs: { enabled: true, invocationLogs: false } },
  tailConsumers: [{ service: "other" }],
  files: { "a.wasm": { contentType: "application/wasm", contentBase64: "" } },
  bindings: [
    KEY,
    { name: "J", type: "json", json: "null" },
    { name: "B", type: "r2_bucket", jurisdiction: "eu" },
  ],
};

it("inputs that the official provider accepts break no rule", () => {
  expect(violations(GOOD, SCRIPT_RULES)).toEqual([]);
  expect(violations({ accountId: "a", scriptName: "s", content: "" }, SCRIPT_RULES)).toEqual([]);
});

it("values that are unknown in a preview are not checked", () => {
  const binding = { ...KEY, algorithm: unknownValue, usages: unknownValue, type: unknownValue };
  expect(violations({ ...GOOD, bindings: [binding], placement: unknownValue }, SCRIPT_RULES)).toEqual([]);
});

it("case is ignored, as by the official provider", () => {
  expect(violations({ ...GOOD, placement: { mode: "SMART" }, usageModel: "Bundled" }, SCRIPT_RULES)).toEqual(
    [],
  );
});

const key = (change: object) => ({
  ...GOOD,
  bindings: [
    { name: "FIRST", type: "ai" },
    { ...KEY, ...change },
  ],
});

it.each<[string, object, string, string | RegExp]>([
  [
    "an algorithm that is not JSON",
    key({ algorithm: "HMAC" }),
    "bindings[1].algorithm",
    /must be JSON text, such as '"HMAC"'/,
  ],
  ["a json that is not JSON", key({ type: "json", json: "{a: 1}" }), "bindings[1].json", /must be JSON text/],
  ["a JSON Web Key that is not JSON", key({ keyJwk: "{" }), "bindings[1].keyJwk", /must be JSON text/],
  ["a json that is not text", key({ json: { a: 1 } }), "bindings[1].json", /must be JSON text/],
  ["an unknown type", key({ type: "secret" }), "bindings[1].type", /must be one of ai, .*, workflow$/],
  ["a binding without a type", key({ type: undefined }), "bindings[1].type", "is required"],
  ["a binding without a name", key({ name: undefined }), "bindings[1].name", "is required"],
  ["an unknown format", key({ format: "pem" }), "bindings[1].format", "raw, pkcs8, spki, jwk"],
  [
    "an unknown usage",
    key({ usages: ["sign", "signing"] }),
    "bindings[1].usages[1]",
    "encrypt, decrypt, sign",
  ],
  ["an unknown jurisdiction", key({ jurisdiction: "us" }), "bindings[1].jurisdiction", "eu, fedramp"],
  ["no account", { ...GOOD, accountId: undefined }, "accountId", "is required"],
  ["no script name", { ...GOOD, scriptName: null }, "scriptName", "is required"],
  ["no content", { ...GOOD, content: undefined }, "content", "is required"],
  [
    "a file without content",
    { ...GOOD, files: { "a.wasm": { contentType: "application/wasm", contentFile: "a.wasm" } } },
    'files["a.wasm"].contentBase64',
    "is required",
  ],
  ["an unknown content type", { ...GOOD, contentType: "text/html" }, "contentType", "text/x-python"],
  ["an unknown usage model", { ...GOOD, usageModel: "paid" }, "usageModel", "standard, bundled, unbound"],
  ["an unknown placement", { ...GOOD, placement: { mode: "fast" } }, "placement.mode", "smart, targeted"],
  [
    "logs without invocation logs",
    { ...GOOD, observability: { enabled: true, logs: { enabled: true } } },
    "observability.logs.invocationLogs",
    "is required",
  ],
  ["observability without enabled", { ...GOOD, observability: {} }, "observability.enabled", "is required"],
  [
    "a tail consumer without a service",
    { ...GOOD, tailConsumers: [{}] },
    "tailConsumers[0].service",
    "is required",
  ],
])("%s is refused with its path and the accepted values", (_, inputs, property, must) => {
  const found = violations(inputs as Record<string, unknown>, SCRIPT_RULES);
  expect(found.map((violation) => violation.property)).toContain(property);
  const reason = found.find((violation) => violation.property === property)?.reason ?? "";
  expect(reason.startsWith(`${property} `)).toBe(true);
  expect(reason).toMatch(must);
});

it("all violations are reported at once, without values", () => {
  const canary = "canary-of-a-key";
  const found = violations(
    key({ algorithm: canary, keyJwk: canary, format: canary, usages: [canary] }),
    SCRIPT_RULES,
  );
  expect(found).toHaveLength(4);
  expect(JSON.stringify(found)).not.toContain(canary);
});
