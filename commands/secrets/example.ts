import { commandLine } from "../../component/contract/command-line";
import type { Listed } from "./list";

const HEADING = `# Values of your own for ${commandLine("dev")}: copy this file to .dev.vars, which git ignores. What is left empty comes from the
# stack's config.
`;

/** The text of `.dev.vars.example`: the name of every secret, what it is for, and no value. */
export function example(entries: readonly Listed[]): string {
  const comments = new Map<string, string[]>();
  for (const { worker = "", binding = "", description = "" } of entries) {
    const text = description === "" ? worker : `${worker}: ${description}`;
    comments.set(binding, [...(comments.get(binding) ?? []), ...text.split(/\s*\n\s*/)]);
  }
  const blocks = [...comments].map(
    ([binding, lines]) => `${lines.map((line) => `# ${line}\n`).join("")}${binding}=\n`,
  );
  return [HEADING, ...blocks].join("\n");
}
