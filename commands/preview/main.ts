import * as path from "node:path";
import { commandLine } from "../../component/contract/command-line";
import { defineCommand } from "../../kit/command/command";
import { main } from "../../kit/command/main";
import { refuseUnwritable } from "../../kit/output-file";
import { findPulumi } from "../../kit/pulumi-cli";
import { preview } from "./preview";

const PREVIEW = defineCommand({
  name: "preview",
  summary: `
Previews a deploy of a stack, as \`pulumi preview\` does, and writes what a reviewer wants to know as Markdown: each secret
that the deploy would create, change, remove or keep, what policies found, what the deploy is refused for, and what else
it changes. No value is in it.`,
  positionals: {},
  options: {
    stack: { value: "STACK", help: "the stack; without it, the selected one" },
    markdown: {
      value: "FILE",
      help: "writes the Markdown: at most 65,000 characters, because GitHub's limit for a comment is 65,536. It is written for a preview that fails, too",
    },
    "save-plan": {
      value: "FILE",
      help: `saves the plan, which \`${commandLine("deploy", ["--plan", "FILE"])}\` deploys; secrets are encrypted in it as in the state`,
    },
    "policy-pack": { value: "FOLDER", help: "a policy pack to check the stack with" },
  },
  notes: `
It needs what \`pulumi preview\` needs: a login or PULUMI_BACKEND_URL, the stack's passphrase or key, and
CLOUDFLARE_API_TOKEN, for which read access is enough.
Exit code: 0 the deploy is possible; 1 it is refused, or the preview failed; 2 wrong arguments; 130 interrupted.`,
});

void main(PREVIEW, async (values, frame) => {
  const { stack, markdown } = values;
  const file = markdown === undefined ? undefined : { option: "--markdown", file: markdown };
  if (file !== undefined) await refuseUnwritable(file);
  // The program runs in its own folder.
  const absolute = (name: string | undefined) => (name === undefined ? undefined : path.resolve(name));
  const done = await preview({
    ...frame,
    cli: await findPulumi(),
    stack,
    markdown: file,
    plan: absolute(values["save-plan"]),
    policyPack: absolute(values["policy-pack"]),
  });
  return done ? 0 : 1;
});
