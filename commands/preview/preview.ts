import { CommandError } from "@pulumi/pulumi/automation/errors";
import type { Frame } from "../../kit/command/main";
import { explain } from "../../kit/explain";
import { openInlineStack } from "../../kit/inline-stack";
import { type OutputFile, writeOutput } from "../../kit/output-file";
import { ROOT } from "../../kit/project";
import { chosenStack, type PulumiCli } from "../../kit/pulumi-cli";
import { Findings } from "./findings";
import { markdownOf } from "./markdown";

interface PreviewOptions extends Frame {
  readonly cli: PulumiCli;
  /** The value of `--stack`; undefined means the selected stack. */
  readonly stack: string | undefined;
  readonly markdown: OutputFile | undefined;
  /** Where to save the plan; absolute. */
  readonly plan: string | undefined;
  /** The folder of a policy pack; absolute. */
  readonly policyPack: string | undefined;
}

/**
 * Previews a deploy, and writes what a reviewer wants to know.
 *
 * @returns whether the deploy is possible
 * @throws Error if the preview could not start
 */
export async function preview(options: PreviewOptions): Promise<boolean> {
  const { cli, markdown, plan, policyPack, terminated: signal, onOutput } = options;
  const name = await chosenStack(cli, options.stack);
  const findings = new Findings(ROOT);
  const stack = await openInlineStack(cli, name);
  let isPossible = true;
  try {
    await stack.preview({
      onOutput,
      onEvent: findings.onEvent,
      signal,
      color: options.color ? "always" : "never",
      ...(plan !== undefined && { plan }),
      ...(policyPack !== undefined && { policyPacks: [policyPack] }),
    });
  } catch (error) {
    if (signal.aborted || !(error instanceof CommandError)) throw error;
    isPossible = false;
    // What kept the engine from starting is in no event.
    if (findings.errors.size === 0 && findings.violations().length === 0) findings.errors.add(explain(error));
  }
  if (markdown !== undefined) {
    await writeOutput(markdown, markdownOf({ project: cli.project, stack: name, isPossible }, findings));
  }
  return isPossible;
}
