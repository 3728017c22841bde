import * as fs from "node:fs/promises";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { type Project, ROOT, stackFile } from "../kit/project";
import {
  environmentPassphrase,
  isUnderPublishedPassphrase,
  PUBLISHED_PASSPHRASE,
} from "../published-passphrase";

/** The files of the checkout with a stack's config, relative to the checkout. */
export function configFiles(project: Project, stack: string): string[] {
  return [project.file, stackFile(project, stack)];
}

/** Copies the current config, so that the checkout's own files are never written to. */
export async function copyConfig(project: Project, stack: string, folder: string): Promise<void> {
  for (const file of configFiles(project, stack)) {
    const copy = path.join(folder, file);
    await fs.mkdir(path.dirname(copy), { recursive: true });
    await fs.copyFile(path.join(ROOT, file), copy);
  }
  // The engine would look for the program in the copy's folder.
  const copied = path.join(folder, project.file);
  const settings = parseDocument(await fs.readFile(copied, "utf8"));
  if (settings.delete("main")) await fs.writeFile(copied, settings.toString());
}

/**
 * The passphrase that opens the stack's secrets here: the published one, or the user's own if it has another.
 *
 * @throws Error if there is no such stack, its secrets are encrypted with a key, or with a passphrase that is not given
 */
export async function passphraseOf(project: Project, stack: string): Promise<string> {
  const file = stackFile(project, stack);
  if (!existsSync(path.join(ROOT, file))) {
    const how = existsSync(path.join(ROOT, "Pulumi.dev.yaml"))
      ? `${COPY} (cp Pulumi.dev.yaml ${file}).`
      : `Make the stack (pulumi stack init ${stack}), or name another one with --stack.`;
    throw new Error(`There is no ${file}. ${how}`);
  }
  const document = parseDocument(await fs.readFile(path.join(ROOT, file), "utf8"));
  // If it is not YAML, Pulumi says so, with the line.
  if (document.errors.length > 0) return PUBLISHED_PASSPHRASE;
  const { encryptionsalt, secretsprovider } = Object(document.toJS()) as Record<string, unknown>;
  if (typeof secretsprovider === "string" && secretsprovider !== "passphrase") {
    throw new Error(
      `The secrets of ${file} are encrypted with ${secretsprovider}, and this machine's Cloudflare is for stacks with a passphrase. ${COPY}.`,
    );
  }
  if (encryptionsalt === undefined || isUnderPublishedPassphrase(path.join(ROOT, file))) {
    return PUBLISHED_PASSPHRASE;
  }
  const own = environmentPassphrase();
  if (own === undefined) {
    throw new Error(
      `The secrets of ${file} are encrypted with a passphrase of its own: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.`,
    );
  }
  return own;
}

const COPY = "For this machine, make a stack with the values of the dev stack";
