import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import { protectInlinePrograms } from "./inline-programs";
import type { PulumiCli } from "./pulumi-cli";
import { ROOT } from "./project";
import { stackProgram } from "./stack-program";
import { withoutSummary } from "./without-summary";

/** Opens one of the user's stacks, with its program in this process. */
export async function openInlineStack(cli: PulumiCli, stackName: string): Promise<Stack> {
  protectInlinePrograms();
  const workspace = await LocalWorkspace.create({
    workDir: ROOT,
    pulumiCommand: cli.command,
    program: stackProgram,
    envVars: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  // Stack.select would also change the user's selected stack.
  workspace.selectStack = () => Promise.resolve();
  return withoutSummary(await Stack.select(stackName, workspace));
}
