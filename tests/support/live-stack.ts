import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Program, World } from "./world";

/** Part of every secret's value in these tests. */
export const CANARY = "canary-8d31f6";

/** A stack that fails the test if an operation leaves a secret's value in its output or in a file. */
export interface LiveStack {
  preview(program: Program): Promise<string>;
  up(program: Program): Promise<string>;
  refresh(): Promise<string>;
  /** Sets a plain key of the stack's config. */
  configure(key: string, value: string): Promise<void>;
  /** The stack's state, decrypted. */
  showState(): Promise<string>;
  /** Takes the lock of an operation that was killed away. */
  cancel(): Promise<void>;
  /** Runs an operation that must fail, and returns its output. */
  fails(operation: "preview" | "up", program: Program): Promise<string>;
}

export async function openLiveStack(world: World, name?: string): Promise<LiveStack> {
  const stack = await world.openStack(name);
  const watched = async (operation: Promise<string>) => {
    const output = await operation;
    assert.ok(!output.includes(CANARY), output.replaceAll(CANARY, "<canary>"));
    assert.deepEqual(await filesWith(CANARY, world.folder), []);
    return output;
  };
  return {
    preview: (program) => watched(stack.preview(program)),
    up: (program) => watched(stack.up(program)),
    refresh: () => watched(stack.refresh()),
    configure: (key, value) => stack.stack.setConfig(key, { value }),
    showState: async () => {
      const { workspace, name: stackName } = stack.stack;
      const shown = ["stack", "export", "--show-secrets", "--stack", stackName];
      const env = { ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome ?? "" };
      const options = { cwd: workspace.workDir, env: { ...process.env, ...env } };
      return (await promisify(execFile)(workspace.pulumiCommand.command, shown, options)).stdout;
    },
    cancel: () => stack.stack.cancel(),
    fails: (operation, program) => watched(stack.failing(stack[operation](program))),
  };
}

/** Previews a change and deploys it. Fails if either prints a warning or an error. */
export async function deploysQuietly(stack: LiveStack, program: Program): Promise<void> {
  for (const operation of ["preview", "up"] as const) {
    assert.equal(diagnostics(await stack[operation](program)), "");
  }
}

/** An operation's output without the note that the official provider cannot tell which version serves. */
export function diagnostics(output: string): string {
  const [, section = ""] = /Diagnostics:\n([^]*?)(?:\n *(?:Outputs|Resources):|$)/.exec(output) ?? [];
  const lines = section.split("\n").map((line) => line.trim());
  const isMessage = (line: string) => !/^$|\):$|does not say which version/.test(line);
  return lines.filter(isMessage).join("\n");
}

/** The files below the folder that contain the text. */
export async function filesWith(needle: string, folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const places = files.map((entry) => path.join(entry.parentPath, entry.name));
  assert.ok(places.length > 0);
  const contents = await Promise.all(places.map((place) => fs.readFile(place)));
  return places.filter((_, index) => contents[index]?.includes(needle));
}
