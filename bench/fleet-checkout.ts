import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { copyFiles } from "../harness/copy-files";
import type { FleetStack } from "./fleet";

const COMMITS = 10;

/**
 * Makes a checkout of the project in which each stack's config is committed. The audit always reads the project that it
 * is part of, and that must not be the user's. Each commit sets some keys of every stack, so that each line has a history.
 */
export async function makeCheckout(
  root: string,
  project: string,
  stacks: readonly FleetStack[],
): Promise<void> {
  await fs.mkdir(root);
  await copyFiles(root);
  await git(root, "init", "--quiet");
  await fs.writeFile(path.join(root, ".git/info/exclude"), "node_modules\n");
  const configs = stacks.map(({ name, keys }) => ({
    file: path.join(root, `Pulumi.${name}.yaml`),
    values: new Map(keys.map((key) => [key, ciphertext()])),
  }));
  for (let commit = 0; commit < COMMITS; commit++) {
    for (const { file, values } of configs) {
      const keys = [...values.keys()].filter((_, index) => index % COMMITS === commit);
      for (const key of keys) values.set(key, ciphertext());
      await fs.writeFile(file, configText(project, values));
    }
    await git(root, "add", "--all");
    await git(root, "commit", "--quiet", `--message=Config ${commit}`);
  }
}

function configText(project: string, values: ReadonlyMap<string, string>): string {
  const lines = [...values].map(([key, text]) => `  ${project}:${key}:\n    secure: ${text}\n`);
  return `config:\n${lines.join("")}`;
}

/** As long as the ciphertext of a usual secret. It is never decrypted: the audit only reads who changed the line. */
function ciphertext(): string {
  return `v1:${randomBytes(12).toString("base64")}:${randomBytes(56).toString("base64")}`;
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"];
  // The user's own settings may sign commits or run hooks.
  const env = { ...process.env, GIT_CONFIG_GLOBAL: os.devNull, GIT_CONFIG_NOSYSTEM: "1" };
  await promisify(execFile)("git", [...identity, ...args], { cwd, env });
}
