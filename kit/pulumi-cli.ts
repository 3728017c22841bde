import { execFile, type ExecFileException } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
// Not all of the Automation API, which takes half a second to load.
import type { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { findEngine } from "./engine";
import { readProject, ROOT, shortName, stackFile } from "./project";

/** The Pulumi CLI with the user's own stacks, login, backend and environment. */
export interface PulumiCli {
  readonly command: PulumiCommand;
  /** The project's name in Pulumi.yaml. */
  readonly project: string;
  /**
   * Returns the file that holds a stack's config.
   *
   * @throws Error if the name is the full name (organization/project/stack) of another project's stack
   */
  stackFile(stack: string): string;
  /**
   * Runs a command and returns its stdout.
   *
   * @param input the standard input. Values are passed only here, because every process can read arguments.
   * @param env variables in addition to this process's
   * @throws Error with what Pulumi printed, without the command line
   */
  run(args: readonly string[], input?: string, env?: NodeJS.ProcessEnv): Promise<string>;
}

/** Finds the Pulumi CLI as `npm start` does: on PATH, else under Pulumi's home, else one that it installs or builds. */
export async function findPulumi(): Promise<PulumiCli> {
  const { command } = await findEngine();
  const project = readProject();
  return {
    command,
    project: project.name,
    stackFile: (stack) => path.join(ROOT, stackFile(project, shortName(stack, project.name))),
    run: (args, input = "", env = {}) => runPulumi(command.command, args, input, env),
  };
}

/** The stack that a command is about: the one that the user named, else the selected one. */
export async function chosenStack(cli: PulumiCli, named: string | undefined): Promise<string> {
  return named ?? (await cli.run(["stack", "--show-name"])).trim();
}

/** The same with another config file for every stack; relative to the checkout, as for Pulumi. */
export function withConfigFile(cli: PulumiCli, file: string | undefined): PulumiCli {
  return file === undefined ? cli : { ...cli, stackFile: () => path.resolve(ROOT, file) };
}

async function runPulumi(
  command: string,
  args: readonly string[],
  input: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const running = promisify(execFile)(command, [...args, "--non-interactive", "--color=never"], {
    cwd: ROOT,
    env: { ...process.env, ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    // Room for the state of a whole stack.
    maxBuffer: 1 << 30,
  });
  // A command that reads no input may end before we have written it.
  running.child.stdin?.on("error", () => undefined).end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr, message } = error as ExecFileException;
    const said = /^error: ([^]*)/m.exec(stderr ?? "")?.[1] ?? stderr ?? "";
    throw new Error(said.trim() || (message.split("\n")[0] ?? message));
  }
}
