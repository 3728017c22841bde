import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { pulumiCommand, rotateCommand, type Target } from "./again";
import { ConfigEntries, keysOf } from "./config-entries";
import { type EditLock, lockForEdit } from "./edit-lock";
import { changedMeanwhile, replaceFile } from "./replace-file";
import { type Held, Refused } from "./rotation";
import { strayChanges } from "./stray-changes";

/** A secret in a stack's config. We edit it through Pulumi, which can encrypt for every secrets provider. */
export class StackConfig {
  private constructor(
    private readonly cli: PulumiCli,
    private readonly stack: string,
    private readonly target: Target,
    /** For messages. */
    readonly file: string,
    /** The target of a symbolic link, so that the link stays one. */
    private readonly realFile: string,
    private readonly lock: EditLock,
  ) {}

  /**
   * Locks the config against other rotations until {@link close}: otherwise another one could deploy a value that a "no"
   * to this one then takes out of the file.
   *
   * @param target the secret as the user named it, for messages
   * @throws Error if another rotation has the lock
   */
  static async open(cli: PulumiCli, stack: string, target: Target): Promise<StackConfig> {
    const file = cli.stackFile(stack);
    // A stack without a file has no config, which `read` says better.
    const realFile = await fs.realpath(file).catch(() => file);
    return new StackConfig(cli, stack, target, file, realFile, await lockForEdit(realFile));
  }

  close(): Promise<void> {
    return this.lock.release();
  }

  /**
   * @param file a copy to use instead of the stack's own file
   * @throws Error if the stack has no such secret
   * @throws Refused if the value belongs to another secret's rotation or is structured
   */
  async read(file = this.file): Promise<Held> {
    const show = ["config", "--show-secrets", "--json"];
    const config = new ConfigEntries(await this.cli.run([...show, ...this.where(file)]), this.cli.project);
    const set = (key: string) => pulumiCommand({ stack: this.stack }, "config", "set", "--secret", key);
    const structured = config.structured(this.target.key);
    if (structured !== undefined) {
      throw new Refused(
        `"${structured}" is an object or a list in the config of stack ${this.stack}, and only a value that is one ` +
          `text can be rotated. Give the secret a key of its own: ${set("KEY")}`,
      );
    }
    const [, base = ""] = /^(.+)-(?:previous|retired|rotation)$/.exec(this.target.key) ?? [];
    if (config.find(base)?.secret) {
      throw new Refused(
        `"${this.target.key}" is kept by the rotation of ${base}, and is not rotated by itself. To drop the previous value: ` +
          rotateCommand({ ...this.target, key: base }, "--finish"),
      );
    }
    const entry = config.find(this.target.key);
    if (entry?.value === undefined) {
      const known = config.secretKeys().join(", ") || "none";
      throw new Error(
        `Stack ${this.stack} has no secret "${this.target.key}" in its config. It has: ${known}. To add it: ${set(this.target.key)}`,
      );
    }
    if (!entry.secret) {
      throw new Error(
        `"${this.target.key}" is in clear in the config of stack ${this.stack}. Encrypt it first: ${set(this.target.key)}`,
      );
    }
    const { previous, retired, mark } = keysOf(this.target.key);
    return {
      current: entry.value,
      previous: config.find(previous)?.value,
      retired: config.find(retired)?.value,
      mark: config.find(mark)?.value,
    };
  }

  /**
   * Replaces the file atomically: even after a crash, it holds all of `from` or all of `to`.
   *
   * @returns a function that restores the file and returns true, or false if the file has changed since
   * @throws Error if the file no longer holds `from`
   */
  async write(from: Held, to: Held): Promise<() => Promise<boolean>> {
    const file = this.realFile;
    const keys = Object.entries(keysOf(this.target.key)) as [keyof Held, string][];
    const holds = async (copy: string, expected: Held) => {
      const held = await this.read(copy);
      return keys.every(([field]) => held[field] === expected[field]);
    };
    const { before, after } = await replaceFile(this.lock, file, async (copy, content) => {
      if (!(await holds(copy, from))) throw changedMeanwhile(file);
      for (const [field, key] of keys) {
        if (from[field] !== to[field]) {
          await this.edit(copy, key, to[field], field !== "mark");
        }
      }
      if (!(await holds(copy, to))) {
        throw new Error("Pulumi does not keep the value as it was given, so nothing was changed.");
      }
      this.refuseStrayChanges(content.toString(), await fs.readFile(copy, "utf8"));
    });
    const putBack = async (copy: string, found: Buffer) => {
      if (!found.equals(after)) throw changedMeanwhile(file);
      await fs.writeFile(copy, before);
    };
    return () =>
      replaceFile(this.lock, file, putBack).then(
        () => true,
        () => false,
      );
  }

  private refuseStrayChanges(before: string, after: string): void {
    const own = Object.values(keysOf(this.target.key));
    const stray = strayChanges(before, after, { project: this.cli.project, own });
    if (stray.length > 0) {
      throw new Error(
        `Pulumi would change more of ${path.basename(this.file)} than this rotation: ${stray.join(", ")}. Nothing was ` +
          "changed. Pulumi drops top-level keys that it does not know: move them to another file.",
      );
    }
  }

  private async edit(file: string, key: string, value: string | undefined, secret: boolean): Promise<void> {
    const where = this.where(file);
    if (value === undefined) {
      await this.cli.run(["config", "rm", key, ...where]);
    } else {
      // Pulumi strips one line feed from the end of its input.
      const kind = secret ? "--secret" : "--plaintext";
      await this.cli.run(["config", "set", key, kind, ...where], `${value}\n`);
    }
  }

  private where(file: string): string[] {
    return ["--stack", this.stack, "--config-file", file];
  }
}
