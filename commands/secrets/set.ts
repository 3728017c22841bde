import { placeWords } from "../../component/contract/property-path";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { Interrupted } from "../../kit/command/interruption";
import { DecryptedConfig } from "../../kit/decrypted-config";
import { lockForEdit } from "../../kit/edit/edit-lock";
import { replaceFile } from "../../kit/edit/replace-file";
import { setValue } from "../../kit/edit/set-value";
import { refuseStrayChanges } from "../../kit/edit/stray-changes";
import { shortName } from "../../kit/project";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { assign, type Assigned } from "./assign";
import { parseGiven } from "../../kit/given";
import type { Listed } from "./list";
import { parseStackFile } from "./stack-files";

/** The config keys that were given a value. */
export interface Outcome {
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  /** They had the value already. Encrypted again, it would look like a new one. */
  readonly unchanged: readonly string[];
}

/**
 * Sets secrets of a stack's config in one edit of its file: all of them or, after an error or an interruption, none.
 *
 * @param text what standard input holds
 */
export async function setSecrets(
  cli: PulumiCli,
  stack: string,
  entries: readonly Listed[],
  text: string,
  interrupted: AbortSignal,
): Promise<Outcome> {
  const { project } = cli;
  const file = await fs.realpath(cli.stackFile(stack)).catch(() => {
    const name = path.basename(cli.stackFile(stack));
    throw new Error(
      `There is no ${name}. A first plain value makes it: pulumi config set accountId <id> --stack ${stack}`,
    );
  });
  const name = path.basename(file);
  const outcome = { added: [] as string[], replaced: [] as string[], unchanged: [] as string[] };
  const lock = await lockForEdit(file);
  try {
    await replaceFile(lock, file, async (copy, before) => {
      const had = parseStackFile(before.toString(), name, project);
      const values = assign(parseGiven(text), entries, {
        stack: shortName(stack, project),
        file: had,
      });
      const current = await decrypted(cli, stack, copy);
      for (const [key, { place, value }] of values) {
        if (interrupted.aborted) throw new Interrupted();
        const kept = had.kept(place);
        if (kept === "secure" && current.textAt(place) === value) {
          outcome.unchanged.push(key);
          continue;
        }
        await setValue(cli, { stack, file: copy }, { words: placeWords(place), value, secret: true });
        outcome[kept === undefined ? "added" : "replaced"].push(key);
      }
      const after = await decrypted(cli, stack, copy);
      const isOther = ({ place, value }: Assigned) => after.textAt(place) !== value;
      const changed = [...values].filter(([, given]) => isOther(given)).map(([key]) => key);
      if (changed.length > 0) {
        throw new Error(
          `Pulumi does not keep the value as it was given: ${changed.join(", ")}. Nothing was set.`,
        );
      }
      const edit = { project, own: [...values.values()].map(({ place }) => place) };
      refuseStrayChanges(file, before.toString(), await fs.readFile(copy, "utf8"), edit);
      if (interrupted.aborted) throw new Interrupted();
    });
  } finally {
    await lock.release();
  }
  return outcome;
}

async function decrypted(cli: PulumiCli, stack: string, file: string): Promise<DecryptedConfig> {
  const where = ["--stack", stack, "--config-file", file];
  const shown = await cli.run(["config", "--show-secrets", "--json", ...where]).catch((error: unknown) => {
    throw withAdvice(error as Error);
  });
  return new DecryptedConfig(shown, cli.project);
}

/** Pulumi reads no value of a stack that lacks one that the project declares. */
function withAdvice(error: Error): Error {
  const [, key] = /is missing configuration value '(.+)'/.exec(error.message) ?? [];
  return key === undefined
    ? error
    : new Error(
        `${error.message}\nPulumi.yaml declares ${key} under \`config\`, and Pulumi reads no value as long as that one is missing. ` +
          "Remove the secrets' entries there: docs/secrets.md",
        { cause: error },
      );
}
