import * as path from "node:path";
import { commandLine } from "../../component/contract/command-line";
import { type CommandValues, defineCommand } from "../../kit/command/command";
import { type Frame, main } from "../../kit/command/main";
import { type Project, readProject, shortName } from "../../kit/project";
import { chosenStack, findPulumi, withConfigFile } from "../../kit/pulumi-cli";
import { readStandardInput } from "../../kit/standard-input";
import { visibleJson } from "../../kit/visible";
import { example } from "./example";
import { type Listed, readList } from "./list";
import { count, reportOn } from "./report";
import { setSecrets } from "./set";
import { readStackFile, readStackFiles } from "./stack-files";
import { table } from "./table";

const SECRETS = defineCommand({
  name: "secrets",
  summary: `
Lists the secrets of secret-list.ts, and which stack's config has a value for each. Nothing is decrypted, and no request
is made. Without secret-list.ts, the secrets are those that Pulumi.yaml declares.`,
  positionals: {},
  options: {
    stack: { value: "STACK", help: "only this stack; with --set and without this, the selected one" },
    json: { help: "prints the report as JSON" },
    example: { help: "prints a .dev.vars.example: all names, with what they are for, and no value" },
    set: {
      help:
        "sets the values on standard input, which are lines NAME=value as in a .env, or a JSON object. A name is a " +
        "binding's, a config key or a path into one. All are set in one edit of the stack's file, or none",
    },
    "config-file": {
      value: "FILE",
      help: "with --set, the file with the values of a stack that deploys without them; without it, the stack's own",
    },
  },
  notes: `
  ${commandLine("secrets", ["--set", "--stack", "prod"])} < .env
  ${commandLine("secrets", ["--example"], "--silent")} > .dev.vars.example

In the table: \`set\`, \`missing\`, \`plain\` (not encrypted), \`imported?\` (only if an imported ESC environment has it), \`kept\`
(the stack deploys without values), \`managed\` (a secrets manager has it, which is not asked), \`-\` (this stack does not need
it). --set needs what \`pulumi config set --secret\` needs, for example PULUMI_CONFIG_PASSPHRASE. It never shows a value.
Exit code: 0 complete, or set; 1 something is missing, or nothing was set; 2 wrong arguments; 130 interrupted.`,
  check: ({ json, example: isExample, set, stack, "config-file": configFile }) => [
    ...([json, isExample, set].filter(Boolean).length > 1
      ? ["--json, --example and --set: expected one of them."]
      : []),
    ...(configFile !== undefined && !set ? ["--config-file: expected with --set."] : []),
    ...(isExample && stack !== undefined ? ["--stack: expected without --example."] : []),
    ...(set && process.stdin.isTTY
      ? [`--set: expected the values on standard input: ${commandLine("secrets", ["--set"])} < .env`]
      : []),
  ],
});

type Request = CommandValues<typeof SECRETS>;

const NO_LIST = "There is no secret-list.ts, so these are the secrets of Pulumi.yaml: docs/secrets.md";

/** @returns the exit code */
async function run(request: Request, { color, interrupted, log }: Frame): Promise<number> {
  const project = readProject();
  const { entries, isList } = readList(project);
  if (request.example) {
    if (!isList)
      throw new Error(
        "--example needs secret-list.ts, because Pulumi.yaml names no binding: docs/secrets.md",
      );
    process.stdout.write(example(entries));
    return 0;
  }
  if (request.set) return set(project, entries, request, interrupted, log);
  const only = request.stack === undefined ? undefined : shortName(request.stack, project.name);
  const report = reportOn(entries, readStackFiles(project), only);
  const shown = isList ? report : { ...report, notes: [...report.notes, NO_LIST] };
  // A terminal that does not know its size says 0.
  const width = process.stdout.columns || undefined;
  log(request.json ? visibleJson(shown) : table(shown, color, width));
  return count(report, "missing") > 0 ? 1 : 0;
}

async function set(
  project: Project,
  entries: readonly Listed[],
  { stack: asked, "config-file": configFile }: Request,
  interrupted: AbortSignal,
  log: Frame["log"],
): Promise<number> {
  const text = await readStandardInput("secrets", interrupted);
  const cli = withConfigFile(await findPulumi(), configFile);
  const stack = await chosenStack(cli, asked);
  const { added, replaced, unchanged } = await setSecrets(cli, stack, entries, text, interrupted);
  const file = cli.stackFile(stack);
  log(`${path.basename(file)}:`);
  const done = {
    added,
    "replaced, so the next deploy refuses callers with the old value": replaced,
    "unchanged, because they had this value": unchanged,
  };
  for (const [what, keys] of Object.entries(done)) {
    if (keys.length > 0) log(`  ${what}: ${keys.join(", ")}`);
  }
  const only = shortName(stack, project.name);
  const files = new Map([[only, readStackFile(file, project.name)]]);
  for (const note of reportOn(entries, files, only).notes) log(note);
  return 0;
}

void main(SECRETS, run);
