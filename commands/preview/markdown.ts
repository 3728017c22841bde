import { plural } from "../../kit/plural";
import { visible, visibleLines } from "../../kit/visible";
import type { Findings, PreviewedSecret, ResourceChange, SecretChange, Violation } from "./findings";
import { blocks, type Section, table } from "./sections";

export interface Outcome {
  readonly project: string;
  readonly stack: string;
  /** Whether the preview succeeded. */
  readonly isPossible: boolean;
}

/** The most characters of a message: the other ones need room too. */
const LONGEST = 4_000;

const SIGNS: Readonly<Record<SecretChange, string>> = { created: "+", changed: "~", removed: "-", kept: "=" };

/**
 * Formats a preview for a comment. The first line is the same for all previews of a stack, so that a workflow finds its
 * comment and updates it.
 *
 * @param limit the most characters. @default 65,000: GitHub refuses a comment of more than 65,536, and a workflow may add lines
 */
export function markdownOf(outcome: Outcome, findings: Findings, limit = 65_000): string {
  const secrets = findings.secrets();
  const changed = secrets.filter(({ change }) => change !== "kept");
  const heading = [
    `<!-- npm run preview: ${visible(outcome.project)}/${visible(outcome.stack)} -->`,
    `### Preview of ${code(outcome.stack)}: ${verdict(outcome, findings, secrets)}`,
  ].join("\n");
  // The first ones matter most: what does not fit is left out at the end.
  return blocks(
    heading,
    [
      { title: "**Refused.** Nothing is deployed as it is.", items: [...findings.errors].map(fenced) },
      { title: "**Policies**", items: findings.violations().map(violationLine) },
      table(["", "Secret", "Component", "Source"], changed.map(secretRow)),
      { title: "**Warnings**", items: [...findings.warnings].map(fenced) },
      folded(findings.resources().map(resourceLine), "other resource", "change"),
      folded(keptLines(secrets), "component", "keep"),
    ],
    limit,
  );
}

function verdict({ isPossible }: Outcome, findings: Findings, secrets: readonly PreviewedSecret[]): string {
  if (!isPossible) return "refused";
  const counts = (["created", "changed", "removed", "kept"] as const).flatMap((change) => {
    const amount = secrets.filter((secret) => secret.change === change).length;
    return amount === 0 ? [] : `${amount} ${change}`;
  });
  if (counts.length > 0) return `secrets: ${counts.join(", ")}`;
  return findings.resources().length === 0 ? "no change" : "no secrets";
}

function secretRow({ change, binding, component, source, version }: PreviewedSecret): readonly string[] {
  const place = [
    ...(source === undefined ? [] : [code(source)]),
    ...(version === undefined ? [] : [`version ${code(version)}`]),
  ];
  return [`${SIGNS[change]} ${change}`, code(binding), code(component), place.join(" ")];
}

function violationLine({ level, policy, name, message }: Violation): string {
  return `- ${visible(level)} ${code(policy)}${name === "" ? "" : ` on ${code(name)}`}\n\n${fenced(message)}`;
}

function resourceLine({ op, type, name, properties }: ResourceChange): string {
  const list = properties.length === 0 ? "" : `: ${properties.map(code).join(", ")}`;
  return `- ${visible(op)} ${code(type)} ${code(name)}${list}`;
}

/** A line for each component, with the secrets that it keeps. */
function keptLines(secrets: readonly PreviewedSecret[]): string[] {
  const byComponent = new Map<string, string[]>();
  for (const { change, component, binding } of secrets) {
    if (change === "kept") byComponent.set(component, [...(byComponent.get(component) ?? []), code(binding)]);
  }
  return [...byComponent].map(([component, bindings]) => `- ${code(component)}: ${bindings.join(", ")}`);
}

function folded(items: readonly string[], one: string, verb: "change" | "keep"): Section {
  const what = `${verb}${items.length === 1 ? "s" : ""}${verb === "keep" ? " secrets" : ""}`;
  return {
    title: `<details><summary>${plural(items.length, one)} ${what}</summary>\n`,
    items,
    end: "\n\n</details>",
  };
}

/** A name that Markdown leaves alone, also in a table. */
function code(text: string): string {
  const shown = visible(text).replaceAll("|", "\\|");
  const fence = "`".repeat(longestRun(shown) + 1);
  return shown.includes("`") ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** Text that Markdown leaves alone. */
function fenced(message: string): string {
  const text = message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${visibleLines(text)}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
