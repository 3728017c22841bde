import * as fs from "node:fs/promises";
import * as path from "node:path";
import { Interrupted } from "../../kit/command/interruption";
import { DecryptedConfig } from "../../kit/decrypted-config";
import { lockForEdit } from "../../kit/edit/edit-lock";
import { replaceFile } from "../../kit/edit/replace-file";
import { setValue } from "../../kit/edit/set-value";
import type { PulumiCli } from "../../kit/pulumi-cli";
import type { V5Secret } from "./workers";

export async function readConfig(cli: PulumiCli, stack: string, file?: string): Promise<DecryptedConfig> {
  const where = ["--stack", stack, ...(file === undefined ? [] : ["--config-file", file])];
  return new DecryptedConfig(await cli.run(["config", "--show-secrets", "--json", ...where]), cli.project);
}

/**
 * Sets values of v5's state in the stack's config, in one edit of its file: all of them or, after an error or an
 * interruption, none. They reach Pulumi through its standard input.
 */
export async function setConfig(
  cli: PulumiCli,
  stack: string,
  values: ReadonlyMap<string, V5Secret>,
  interrupted: AbortSignal,
): Promise<void> {
  const file = await fs.realpath(cli.stackFile(stack)).catch(() => {
    throw new Error(`There is no ${path.basename(cli.stackFile(stack))}. Nothing was changed.`);
  });
  const lock = await lockForEdit(file);
  try {
    await replaceFile(lock, file, async (copy) => {
      for (const [key, { text }] of values) {
        if (interrupted.aborted) throw new Interrupted();
        await setValue(cli, { stack, file: copy }, { words: [key], value: text(), secret: true });
      }
      const after = await readConfig(cli, stack, copy);
      const lost = [...values].filter(([key, { text }]) => after.textAt({ key, path: [] }) !== text());
      if (lost.length > 0) {
        const keys = lost.map(([key]) => key).join(", ");
        throw new Error(`Pulumi does not keep the value as v5's state has it: ${keys}. Nothing was changed.`);
      }
    });
  } finally {
    await lock.release();
  }
}
