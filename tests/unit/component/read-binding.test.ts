import { readBinding } from "../../../component/worker-script/live/read-binding";
import { CANARY } from "../../support/mock-stack";

test.each<[string, Record<string, unknown>, unknown]>([
  ["a plain variable", { type: "plain_text", text: "info" }, "info"],
  ["an empty one", { type: "plain_text", text: "" }, ""],
  ["a type in another case", { type: "Plain_Text", text: "info" }, "info"],
  ["JSON", { type: "json", json: '{ "a": [1], "b": null }' }, { b: null, a: [1] }],
  ["a value that the answer lacks", { type: "plain_text", text: null }, undefined],
  ["JSON that the answer lacks", { type: "json", json: null }, undefined],
  ["what is not JSON", { type: "json", json: "{" }, undefined],
])("the value of a variable is what the Worker sees: %s", (_, binding, expected) => {
  expect(readBinding({ name: "A", ...binding }).value).toEqual(expected);
});

test("a secret that keeps its value is a secret, and what another tool manages is not", () => {
  const kept = { name: "A", type: "Inherit", versionId: "latest" };
  expect(readBinding(kept)).toEqual({ name: "A", type: "secret_text", isKept: true });
  expect(readBinding({ name: "A", type: "inherit", versionId: "1" })).toMatchObject({ type: "inherit" });
});

test.each([
  { type: "secret_text", text: CANARY },
  { type: "secret_key", keyBase64: CANARY, text: CANARY },
  { type: "inherit", text: CANARY, json: `"${CANARY}"` },
])("no other binding's value is read: $type", (binding) => {
  expect(JSON.stringify(readBinding({ name: "A", ...binding }))).not.toContain(CANARY);
});
