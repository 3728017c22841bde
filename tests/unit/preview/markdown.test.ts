import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { SECRET, VERIFICATION, WORKER_SCRIPT, WORKERS_SCRIPT } from "../../../component/contract/type-tokens";
import { Findings } from "../../../commands/preview/findings";
import { markdownOf } from "../../../commands/preview/markdown";

const ROOT = "/checkout";
const urn = (type: string, name: string) => `urn:pulumi:prod::shop::${type}::${name}`;

function step(op: string, type: string, name: string, more: object = {}): EngineEvent {
  const metadata = { op, type, urn: urn(type, name), ...more } as StepEventMetadata;
  return { resourcePreEvent: { metadata } } as EngineEvent;
}

function inventory(name: string, entries: unknown): EngineEvent {
  const metadata = {
    type: WORKER_SCRIPT,
    urn: urn(WORKER_SCRIPT, name),
    new: { outputs: { inventory: entries } },
  };
  return { resOutputsEvent: { metadata } } as unknown as EngineEvent;
}

function said(severity: string, message: string, ephemeral = false): EngineEvent {
  return { diagnosticEvent: { severity, message, color: "never", ephemeral } } as EngineEvent;
}

function violation(level: string, policy: string, name: string, message: string): EngineEvent {
  const resourceUrn = name === "" ? undefined : urn(WORKERS_SCRIPT, name);
  const policyEvent = {
    enforcementLevel: level,
    policyPackName: "pack",
    policyName: policy,
    resourceUrn,
    message,
  };
  return { policyEvent } as unknown as EngineEvent;
}

function comment(events: readonly EngineEvent[], isPossible = true, limit?: number): string {
  const findings = new Findings(ROOT);
  for (const event of events) findings.onEvent(event);
  return markdownOf({ project: "shop", stack: "prod", isPossible }, findings, limit);
}

const heading = (verdict: string) =>
  `<!-- npm run preview: shop/prod -->\n### Preview of \`prod\`: ${verdict}\n`;

test("a preview without a change says so", () => {
  expect(comment([step("same", WORKERS_SCRIPT, "w"), { sequence: 1, timestamp: 1 }])).toBe(
    heading("no change"),
  );
});

test("what is created, changed, removed and kept is named in a stable order", () => {
  const events = [
    step("same", SECRET, "shop/KEPT"),
    step("update", SECRET, "shop/B", { new: { inputs: { version: "v7" } } }),
    step("create", SECRET, "shop/A"),
    step("delete", SECRET, "admin/C", { old: {} }),
    step("same", SECRET, "admin/KEPT"),
    step("same", SECRET, "admin/ALSO"),
    step("update", WORKERS_SCRIPT, "shop", { diffs: ["bindings"] }),
    step("update", VERIFICATION, "shop", { diffs: ["upload"] }),
    step("create", "cloudflare:index/queue:Queue", "jobs"),
    inventory("shop", undefined),
    inventory("shop", [{ name: "A", type: "secret_text", source: "config:a" }]),
  ];
  const expected = `${heading("secrets: 1 created, 1 changed, 1 removed, 3 kept")}
|  | Secret | Component | Source |
| --- | --- | --- | --- |
| - removed | \`C\` | \`admin\` |  |
| + created | \`A\` | \`shop\` | \`config:a\` |
| ~ changed | \`B\` | \`shop\` | version \`v7\` |

<details><summary>2 other resources change</summary>

- create \`Queue\` \`jobs\`
- update \`WorkersScript\` \`shop\`: \`bindings\`

</details>

<details><summary>2 components keep secrets</summary>

- \`admin\`: \`ALSO\`, \`KEPT\`
- \`shop\`: \`KEPT\`

</details>
`;
  expect(comment(events)).toBe(expected);
  expect(comment([...events].reverse().concat(events.slice(-1)))).toBe(expected);
});

test("a refusal, policies and warnings come with their reasons, each once", () => {
  const events = [
    said("error", 'Preview failed: before hook "w-before-update" failed: The Worker "w" has bindings: `X`'),
    said("error", "preview failed"),
    said("error", 'Preview failed: before hook "w-before-update" failed: The Worker "w" has bindings: `X`'),
    said("warning", "warning: ```\n@team"),
    said("info", "said by the program"),
    said("error", "for a moment only", true),
    violation("warning", "old-date", "w", "old"),
    violation("mandatory", "no-raw", "", "raw"),
  ];
  expect(comment(events, false)).toBe(`${heading("refused")}
**Refused.** Nothing is deployed as it is.
\`\`\`text
The Worker "w" has bindings: \`X\`
\`\`\`

**Policies**
- mandatory \`pack/no-raw\`

\`\`\`text
raw
\`\`\`
- warning \`pack/old-date\` on \`w\`

\`\`\`text
old
\`\`\`

**Warnings**
\`\`\`\`text
\`\`\`
@team
\`\`\`\`
`);
});

test("a change of other resources alone is one without secrets", () => {
  expect(comment([step("create", "cloudflare:index/queue:Queue", "jobs")])).toContain(": no secrets\n");
});

test("no name changes what the Markdown means", () => {
  const text = comment([
    step("create", SECRET, "a|b`c/A"),
    step("create", "cloudflare:index/queue:Queue", "<b>\u202e\n# x"),
  ]);
  expect(text).toContain("| `` a\\|b`c `` |");
  expect(text).toContain("`<b>\\u{202e}\\u{a}# x`");
});

test("a fleet stays within the limit, and says how much is left out", () => {
  const secrets = (op: string, amount: number) =>
    Array.from({ length: amount }, (_, at) =>
      step(op, SECRET, `worker-${at}/A_RATHER_LONG_NAME_OF_A_SECRET`),
    );
  const kept = comment(secrets("same", 2000));
  expect(kept.length).toBeLessThanOrEqual(65_000);
  expect(kept.length).toBeGreaterThan(64_500);
  expect(kept).toMatch(/\n\n\d+ more lines left out\.\n\n<\/details>\n$/);

  const changed = comment(
    [...secrets("create", 2000), step("create", "cloudflare:index/queue:Queue", "q"), said("error", "no")],
    false,
  );
  expect(changed.length).toBeLessThanOrEqual(65_000);
  expect(changed).toContain("```text\nno\n```");
  expect(changed).toMatch(/\n\n\d+ more lines left out\.\n\n1 line of further sections left out\.\n$/);
  expect(comment([said("error", "no".repeat(50_000))], false)).toMatch(/\n(?:no){2000}…\n```\n$/);
});
