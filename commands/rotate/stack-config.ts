import * as fs from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { type ConfigPlace, placeWords } from "../../component/contract/property-path";
import { type EditLock, lockForEdit } from "../../kit/edit/edit-lock";
import { changedMeanwhile, replaceFile } from "../../kit/edit/replace-file";
import { setValue } from "../../kit/edit/set-value";
import { refuseStrayChanges } from "../../kit/edit/stray-changes";
import { keptIn } from "../../kit/config-place";
import { DecryptedConfig } from "../../kit/decrypted-config";
import { isObject } from "../../kit/json";
import type { PulumiCli } from "../../kit/pulumi-cli";
import type { Target } from "./again";
import { type Found, heldIn } from "./held-in";
import { refuseImported } from "./refuse-imported";
import type { Held } from "./rotation";
import { slotsOf } from "./slots";

/** A secret in a stack's config. We edit it through Pulumi, which can encrypt for every secrets provider. */
export class StackConfig {
  /** The content of the file when it was last read or written here. Reading it decrypted takes Pulumi half a second. */
  #seen: Buffer | undefined;

  private constructor(
    private readonly cli: PulumiCli,
    private readonly stack: string,
    private target: Target,
    /** For messages. */
    readonly file: string,
    /** The target of a symbolic link, so that the link stays one. */
    private readonly realFile: string,
    private readonly lock: EditLock,
  ) {}

  /**
   * Locks the config against other edits until {@link close}: otherwise another rotation could deploy a value that a "no"
   * to this one then takes out of the file.
   *
   * @param target the secret as the user named it, for messages
   * @throws Error if another edit has the lock
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
   * @returns the secret, by the name that it has from then on, and what it holds
   * @throws Error if the stack has no such secret
   * @throws Refused if the value cannot be rotated
   */
  async read(): Promise<Found> {
    const before = await fs.readFile(this.realFile).catch(() => undefined);
    refuseImported(before?.toString() ?? "", this.stack, this.target.key, this.cli.project);
    const found = await this.readFrom(this.file);
    this.#seen = before;
    this.target = found.target;
    return found;
  }

  private async readFrom(file: string): Promise<Found> {
    const { project } = this.cli;
    const shown = await this.cli.run(["config", "--show-secrets", "--json", ...this.where(file)]);
    const content: unknown = parse(await fs.readFile(file, "utf8").catch(() => ""));
    const kept = keptIn(isObject(content) ? content["config"] : undefined, project);
    return heldIn({ values: new DecryptedConfig(shown, project), kept }, this.stack, this.target);
  }

  /**
   * Replaces the file atomically: even after a crash, it holds all of `from` or all of `to`.
   *
   * @returns a function that restores the file and returns true, or false if the file has changed since
   * @throws Error if the file no longer holds `from`
   */
  async write(from: Held, to: Held): Promise<() => Promise<boolean>> {
    const file = this.realFile;
    const slots = Object.entries(slotsOf(this.target)) as [keyof Held, ConfigPlace][];
    const changes = slots.filter(([field]) => from[field] !== to[field]);
    const holds = async (copy: string, expected: Held) => {
      const { held, target } = await this.readFrom(copy);
      const isSame = isDeepStrictEqual(target.place, this.target.place);
      return isSame && slots.every(([field]) => held[field] === expected[field]);
    };
    const { before, after } = await replaceFile(this.lock, file, async (copy, content) => {
      const isSeen = this.#seen?.equals(content) ?? false;
      if (!isSeen && !(await holds(copy, from))) throw changedMeanwhile(file);
      for (const [field, place] of changes) {
        await this.edit(copy, placeWords(place), to[field], field !== "mark");
      }
      const setsSecret = changes.some(([field]) => field !== "mark" && to[field] !== undefined);
      if (setsSecret && !(await holds(copy, to))) {
        throw new Error("Pulumi does not keep the value as it was given, so nothing was changed.");
      }
      const own = changes.map(([, place]) => place);
      const edited = await fs.readFile(copy, "utf8");
      refuseStrayChanges(this.file, content.toString(), edited, { project: this.cli.project, own });
    });
    this.#seen = after;
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

  private async edit(
    file: string,
    words: string[],
    value: string | undefined,
    secret: boolean,
  ): Promise<void> {
    if (value === undefined) {
      await this.cli.run(["config", "rm", ...words, ...this.where(file)]);
    } else {
      await setValue(this.cli, { stack: this.stack, file }, { words, value, secret });
    }
  }

  private where(file: string): string[] {
    return ["--stack", this.stack, "--config-file", file];
  }
}
