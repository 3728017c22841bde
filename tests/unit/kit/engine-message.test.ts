import { engineMessage } from "../../../kit/engine-message";

test.each([
  ["<{%fg 1%}>error: <{%reset%}>no", "no"],
  ['before hook "w-before-update" failed: lost', "lost"],
  [
    "Unhandled exception: Error: no\n    at /checkout/index.ts:1\n    at node:internal/x",
    "Error: no\n    at index.ts:1",
  ],
  ["Error: no\n    at /checkout/kit/stack-program.ts:9\n    at /elsewhere/node_modules/x.js:1", "Error: no"],
])("%j is said as %j", (message, text) => {
  expect(engineMessage(message, "/checkout")).toBe(text);
});

test.each([
  "preview failed",
  "update failed",
  "One or more errors occurred",
  "Running program '/x' failed with an unhandled exception:",
])("%j says nothing", (message) => {
  expect(engineMessage(message, "/checkout")).toBeUndefined();
});
