import { CommandError } from "@pulumi/pulumi/automation/errors";
import type { Frame } from "../../kit/command/main";
import { nameOfUrn, saidBy } from "../../kit/engine-event";
import { openInlineStack } from "../../kit/inline-stack";
import { ROOT } from "../../kit/project";
import { chosenStack, type PulumiCli } from "../../kit/pulumi-cli";
import { visible, visibleLines } from "../../kit/visible";
import { withoutPlanned } from "./without-planned";

interface DeployPlanOptions extends Frame {
  readonly cli: PulumiCli;
  /** The value of `--stack`; undefined means the selected stack. */
  readonly stack: string | undefined;
  /** The file with the plan; absolute. */
  readonly plan: string;
}

/**
 * Deploys a plan. What the engine prints is not shown, because it has the values of a plan that does not fit: the lines are
 * made of its events.
 *
 * @returns whether all of it is deployed
 * @throws Error if the deploy could not start
 */
export async function deployPlan(options: DeployPlanOptions): Promise<boolean> {
  const { cli, plan, terminated: signal, log } = options;
  const name = await chosenStack(cli, options.stack);
  const stack = await openInlineStack(cli, name);
  const said = new Set<string>();
  try {
    await stack.up({
      plan,
      signal,
      color: "never",
      suppressOutputs: true,
      onEvent: (event) => {
        const { op, type, urn } = event.resourcePreEvent?.metadata ?? { op: "same", type: "", urn: "" };
        if (op !== "same") log(`${op} ${type} ${visible(nameOfUrn(urn))}`);
        const { severity, text } = saidBy(event, ROOT) ?? { severity: "", text: "" };
        const line = `${severity}: ${visibleLines(withoutPlanned(text))}`;
        if (text === "" || said.has(line)) return;
        said.add(line);
        log(line);
      },
    });
  } catch (error) {
    if (signal.aborted || !(error instanceof CommandError)) throw error;
    log(said.size === 0 ? `Not deployed: ${reasonOf(error)}` : "Not deployed, or not all of it.");
    return false;
  }
  log("Deployed as planned.");
  return true;
}

/** Why the engine did not start. */
function reasonOf({ message }: CommandError): string {
  return withoutPlanned(/^error: (.+)$/m.exec(message)?.[1] ?? "Pulumi could not finish.");
}
