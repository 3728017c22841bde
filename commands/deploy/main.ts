import * as path from "node:path";
import { commandLine } from "../../component/contract/command-line";
import { defineCommand } from "../../kit/command/command";
import { main } from "../../kit/command/main";
import { findPulumi } from "../../kit/pulumi-cli";
import { deployPlan } from "./deploy-plan";

const DEPLOY = defineCommand({
  name: "deploy",
  summary: `
Deploys a plan that \`${commandLine("preview", ["--save-plan", "FILE"])}\` has saved, and nothing else, as \`pulumi up --plan FILE\` does.
Where the deploy would do something else, Pulumi prints the planned values and the new ones, secrets too. This command names
the resource and prints no value, so its output can be in a log that others read.`,
  positionals: {},
  options: {
    stack: { value: "STACK", help: "the stack; without it, the selected one" },
    plan: { value: "FILE", help: "the plan" },
  },
  notes: `
It does not ask: the plan is what was agreed to. It needs what \`pulumi up\` needs.
Exit code: 0 deployed; 1 not deployed, or not all of it; 2 wrong arguments; 130 interrupted.`,
  check: ({ plan }) =>
    plan === undefined ? [`--plan: expected a file that ${commandLine("preview")} has saved.`] : [],
});

void main(DEPLOY, async ({ stack, plan = "" }, frame) => {
  // The program runs in its own folder.
  const done = await deployPlan({ ...frame, cli: await findPulumi(), stack, plan: path.resolve(plan) });
  return done ? 0 : 1;
});
