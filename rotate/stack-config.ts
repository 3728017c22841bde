import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { PulumiCli } from "../cli/pulumi";
import { previousKey } from "../worker-script/config-secret";
import type { Held } from "./rotation";

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
   */
  async read(file = this.file): Promise<Held> {
    const show = ["config", "--show-secrets", "--json"];
    const printed = await this.cli.run([...show, ...this.where(file)]);
    const config = JSON.parse(printed) as Record<string, { value?: string; secret: boolean } | undefined>;
    const find = (key: string) => config[key.includes(":") ? key : `${this.cli.project}:${key}`];
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
   */
  async write(from: Held, to: Held): Promise<() => Promise<boolean>> {
    // A link stays one.
    const file = await fs.realpath(this.file);
    const before = await fs.readFile(file);
    const copy = path.join(path.dirname(file), `.${path.basename(file)}`);
    await fs.copyFile(file, copy);
    try {
      const keys = Object.entries(keysOf(this.key)) as [keyof Held, string][];
      for (const [field, key] of keys) {
        if (from[field] !== to[field]) {
          await this.edit(copy, key, to[field], field !== "mark");
        }
      }
      const kept = await this.read(copy);
      if (keys.some(([field]) => kept[field] !== to[field])) {
        throw new Error("Pulumi does not keep the value as it was given, so nothing was changed.");
      }
      const after = await fs.readFile(copy);
      await replace(file, before, copy);
      return async () => {
        await fs.writeFile(copy, before);
        return replace(file, after, copy).then(
          () => true,
          () => false,
        );
      };
    } finally {
      await fs.rm(copy, { force: true });
    }
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

/** Puts the copy in the place of the file, unless that has become another one meanwhile. */
async function replace(file: string, expected: Buffer, copy: string): Promise<void> {
  if (!(await fs.readFile(file)).equals(expected)) {
    await fs.rm(copy, { force: true });
    throw new Error(`${path.basename(file)} was changed by somebody else meanwhile. Run this again.`);
  }
  await fs.rename(copy, file);
}
