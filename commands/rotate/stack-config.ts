import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { previousKey } from "../../component/contract/previous-names";
import { type Held, Refused } from "./rotation";

/** The config keys in which a secret and its rotation are kept. */
function keysOf(key: string): Record<keyof Held, string> {
  return {
    current: key,
    previous: previousKey(key),
    retired: `${key}-retired`,
    mark: `${key}-rotation`,
  };
}

/** One secret in a stack's config. It is edited by Pulumi, and so under every secrets provider. */
export class StackConfig {
  /** For messages. */
  readonly file: string;

  constructor(
    private readonly cli: PulumiCli,
    private readonly stack: string,
    private readonly key: string,
  ) {
    this.file = cli.stackFile(stack);
  }

  /**
   * @param file another file than the stack's own
   * @throws Error where the stack has no such secret
   * @throws Refused where it is a value that a rotation keeps
   */
  async read(file = this.file): Promise<Held> {
    const show = ["config", "--show-secrets", "--json"];
    const printed = await this.cli.run([...show, ...this.where(file)]);
    const config = JSON.parse(printed) as Record<string, { value?: string; secret: boolean } | undefined>;
    const find = (key: string) => config[key.includes(":") ? key : `${this.cli.project}:${key}`];
    const [, base = ""] = /^(.+)-(?:previous|retired|rotation)$/.exec(this.key) ?? [];
    if (find(base)?.secret) {
      throw new Refused(
        `"${this.key}" is kept by the rotation of ${base}, and is not rotated by itself. To drop the previous value: ` +
          `npm run rotate -- ${base} --finish`,
      );
    }
    const entry = find(this.key);
    const set = `pulumi config set --secret ${this.key} --stack ${this.stack}`;
    if (entry?.value === undefined) {
      const secrets = Object.keys(config).filter((name) => config[name]?.secret);
      const known = secrets.map((name) => name.replace(`${this.cli.project}:`, "")).join(", ");
      throw new Error(
        `Stack ${this.stack} has no secret "${this.key}" in its config. It has: ${known || "none"}. To add it: ${set}`,
      );
    }
    if (!entry.secret) {
      throw new Error(
        `"${this.key}" is in clear in the config of stack ${this.stack}. Encrypt it first: ${set}`,
      );
    }
    const { previous, retired, mark } = keysOf(this.key);
    return {
      current: entry.value,
      previous: find(previous)?.value,
      retired: find(retired)?.value,
      mark: find(mark)?.value,
    };
  }

  /**
   * Replaces the file in one go: however this ends, the file holds all of `from` or all of `to`.
   *
   * @returns puts the file back as it was, and tells whether it could: not if somebody has changed it since
   * @throws Error where the file no longer holds `from`
   */
  async write(from: Held, to: Held): Promise<() => Promise<boolean>> {
    // A link stays one.
    const file = await fs.realpath(this.file);
    const keys = Object.entries(keysOf(this.key)) as [keyof Held, string][];
    const holds = async (copy: string, expected: Held) => {
      const held = await this.read(copy);
      return keys.every(([field]) => held[field] === expected[field]);
    };
    const { before, after } = await replace(file, async (copy) => {
      if (!(await holds(copy, from))) throw changedMeanwhile(file);
      for (const [field, key] of keys) {
        if (from[field] !== to[field]) {
          await this.edit(copy, key, to[field], field !== "mark");
        }
      }
      if (!(await holds(copy, to))) {
        throw new Error("Pulumi does not keep the value as it was given, so nothing was changed.");
      }
    });
    const putBack = async (copy: string, found: Buffer) => {
      if (!found.equals(after)) throw changedMeanwhile(file);
      await fs.writeFile(copy, before);
    };
    return () =>
      replace(file, putBack).then(
        () => true,
        () => false,
      );
  }

  private async edit(file: string, key: string, value: string | undefined, secret: boolean): Promise<void> {
    const where = this.where(file);
    if (value === undefined) {
      await this.cli.run(["config", "rm", key, ...where]);
    } else {
      // Pulumi takes one line feed away from the end of what it reads.
      const kind = secret ? "--secret" : "--plaintext";
      await this.cli.run(["config", "set", key, kind, ...where], `${value}\n`);
    }
  }

  private where(file: string): string[] {
    return ["--stack", this.stack, "--config-file", file];
  }
}

/**
 * Edits a copy of the file, and puts that in its place unless the file has become another one meanwhile.
 *
 * @param edit gets the copy's path, and what it holds
 */
async function replace(
  file: string,
  edit: (copy: string, before: Buffer) => Promise<void>,
): Promise<{ before: Buffer; after: Buffer }> {
  // Its name is all that others see of it, so that two of them do not edit at a time.
  const prefix = `.${path.basename(file, ".yaml")}.`;
  const copy = path.join(path.dirname(file), `${prefix}${process.pid}.yaml`);
  await fs.writeFile(copy, "");
  try {
    await refuseOthers(copy, prefix);
    await fs.copyFile(file, copy);
    const before = await fs.readFile(copy);
    await edit(copy, before);
    const after = await fs.readFile(copy);
    if (!(await fs.readFile(file)).equals(before)) throw changedMeanwhile(file);
    await fs.rename(copy, file);
    return { before, after };
  } finally {
    await fs.rm(copy, { force: true });
  }
}

/** Removes the copies of those that were killed. */
async function refuseOthers(copy: string, prefix: string): Promise<void> {
  const folder = path.dirname(copy);
  for (const name of await fs.readdir(folder)) {
    const pid = name.startsWith(prefix) ? /^(\d+)\.yaml$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid === undefined || Number(pid) === process.pid) continue;
    if (isRunning(Number(pid))) {
      throw new Error(
        `Another rotation of this stack is under way (process ${pid}). Run this again after it. If there is none, delete ${name}.`,
      );
    }
    await fs.rm(path.join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's process.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function changedMeanwhile(file: string): Error {
  return new Error(`${path.basename(file)} was changed by somebody else meanwhile. Run this again.`);
}
