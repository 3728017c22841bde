import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Changes } from "../../../local/dev/changes";

const ROOT = "/home/me/shop";

function changesOf(events: readonly Partial<EngineEvent>[]) {
  const lines: string[] = [];
  const changes = new Changes((line) => lines.push(line), ROOT);
  for (const event of events) changes.onEvent({ sequence: 0, timestamp: 0, ...event });
  return { lines, errors: changes.errors, isEmpty: changes.isEmpty };
}

function step(op: string, type: string, name: string, diffs: string[] = []): Partial<EngineEvent> {
  const urn = `urn:pulumi:dev::shop::${type}::${name}`;
  return { resourcePreEvent: { metadata: { op, type, urn, diffs, provider: "" } } } as Partial<EngineEvent>;
}

function said(severity: "error" | "warning" | "info", message: string): Partial<EngineEvent> {
  return { diagnosticEvent: { severity, message, color: "never" } };
}

test("each change is a line with its sign, its kind, its name and its properties", () => {
  const { lines, isEmpty } = changesOf([
    step("create", "pulumi:pulumi:Stack", "shop-dev"),
    step("create", "pulumi:providers:cloudflare", "default"),
    step("update", "cloudflare-worker-secrets:index:Verification", "shop", ["upload"]),
    step("same", "cloudflare:index/workersKvNamespace:WorkersKvNamespace", "cache"),
    step("create", "cloudflare-worker-secrets:index:Secret", "shop/API_KEY"),
    step("update", "cloudflare:index/workersScript:WorkersScript", "shop", ["bindings", "content"]),
    step("delete", "cloudflare:index/queue:Queue", "a::b"),
    step("replace", "cloudflare:index/queue:Queue", "mail"),
  ]);
  expect(lines).toEqual([
    "  + Secret shop/API_KEY",
    "  ~ WorkersScript shop [bindings, content]",
    "  - Queue a::b",
    "  +- Queue mail",
  ]);
  expect(isEmpty).toBe(false);
});

test("a run without changes is empty", () => {
  const { lines, isEmpty } = changesOf([
    step("same", "cloudflare:index/queue:Queue", "mail"),
    said("info", "hello"),
  ]);
  expect([lines, isEmpty]).toEqual([[], true]);
});

test("an error is given once, without colours, and without the last word of the SDK", () => {
  const message = "<{%fg 1%}>error: <{%reset%}>Missing required configuration variable 'shop:key'\n";
  const { errors, lines } = changesOf([
    said("error", message),
    said("error", message),
    said("error", "Running program '/home/me/shop' failed with an unhandled exception:"),
    said("error", "One or more errors occurred: Missing required"),
    said("error", "update failed"),
  ]);
  expect(errors).toEqual(["Missing required configuration variable 'shop:key'"]);
  expect(lines).toEqual([]);
});

test("of a stack only the first frame in the checkout is shown", () => {
  const { errors } = changesOf([
    said(
      "error",
      [
        "Unhandled exception: Error: half-way",
        `    at helper (${ROOT}/node_modules/package/index.js:1:1)`,
        `    at run (${ROOT}/kit/stack-program.ts:4:2)`,
        `    at load (${ROOT}/lib/code.ts:2:7)`,
        `    at Object.<anonymous> (${ROOT}/index.ts:1:7)`,
        "    at node:internal/modules:1:1",
      ].join("\n"),
    ),
  ]);
  expect(errors).toEqual(["Error: half-way\n    at load (lib/code.ts:2:7)"]);
});

test("a warning is a line at once, and only once", () => {
  const { lines } = changesOf([said("warning", "warning: careful"), said("warning", "warning: careful")]);
  expect(lines).toEqual(["  warning: careful"]);
});
