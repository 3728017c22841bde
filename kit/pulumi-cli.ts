import { execFile, type ExecFileException } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { LocalWorkspace, type PulumiCommand } from "@pulumi/pulumi/automation";
import { findEngine } from "./engine";

/** The checkout: the folder of Pulumi.yaml. */
export const ROOT = path.join(__dirname, "..");

/** The Pulumi CLI on the user's own stacks: their login, their backend, their environment. */
export interface PulumiCli {
  readonly command: PulumiCommand;
  /** The project's name, as Pulumi.yaml has it. */
  readonly project: string;
  /** The file that holds a stack's config. */
  stackFile(stack: string): string;
  /**
   * Runs a command and returns its stdout.
   *
   * @param input its standard input: the only way for a value, because arguments can be read by every process
   * @throws Error with what Pulumi said, and not with what it was asked
   */
  run(args: readonly string[], input?: string): Promise<string>;
}

/** Finds the Pulumi CLI as `npm start` does: on PATH, else under Pulumi's home, else it gets one. */
export async function findPulumi(): Promise<PulumiCli> {
  const { command } = await findEngine();
  const workspace = await LocalWorkspace.create({ workDir: ROOT, pulumiCommand: command });
  // The SDK's type (3.248.0) does not know stackConfigDir.
  const settings: { name: string; stackConfigDir?: string } = await workspace.projectSettings();
  const { name, stackConfigDir = "." } = settings;
  return {
    command,
    project: name,
    // A full name is organization/project/stack.
    stackFile: (stack) => path.join(ROOT, stackConfigDir, `Pulumi.${stack.split("/").at(-1) ?? stack}.yaml`),
    run: (args, input = "") => runPulumi(command.command, args, input),
  };
}

async function runPulumi(command: string, args: readonly string[], input: string): Promise<string> {
  const running = promisify(execFile)(command, [...args, "--non-interactive", "--color=never"], {
    cwd: ROOT,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    // The state of a whole stack.
    maxBuffer: 1 << 30,
  });
  // A command that needs no input may be gone before it is given one.
  running.child.stdin?.on("error", () => undefined).end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr, message } = error as ExecFileException;
    const said = /^error: ([^]*)/m.exec(stderr ?? "")?.[1] ?? stderr ?? "";
    throw new Error(said.trim() || (message.split("\n")[0] ?? message));
  }
}
