import { lockedBy } from "../../kit/stack-lock";
import { unlocked } from "../../kit/passphrase";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { exportStack } from "../../kit/stack-state";
import type { HiddenInput } from "../../kit/terminal";

export const CHANGED = "The state has changed since it was read. Nothing was changed. Run this again.";

export interface StackOptions {
  readonly cli: PulumiCli;
  /** Undefined if there is no terminal to ask on. */
  readonly hidden: HiddenInput | undefined;
  readonly interrupted: AbortSignal;
}

/** Reads and writes the state of a stack. Pulumi asks for what opens the stack for both, but not for {@link exported}. */
export class Stack {
  constructor(
    readonly name: string,
    private readonly options: StackOptions,
  ) {}

  /** The state, encrypted. Without a change, two calls return the same text. */
  exported(): Promise<string> {
    return exportStack(this.options.cli, this.name);
  }

  /** The state, decrypted in this process's memory. */
  decrypted(): Promise<string> {
    return this.unlocked(() => exportStack(this.options.cli, this.name, ["--show-secrets"]));
  }

  /** Puts a state in the place of the one that the stack has, in one step. Pulumi encrypts its secrets again. */
  async replace(state: string): Promise<void> {
    try {
      await this.unlocked(() => this.options.cli.run(["stack", "import", `--stack=${this.name}`], state));
    } catch (error) {
      const { message } = error as Error;
      const said = message.includes("currently locked") ? lockedBy(message, this.name) : message;
      throw new Error(`${said}\nThe state was not changed.`, { cause: error });
    }
  }

  unlocked<T>(call: () => Promise<T>): Promise<T> {
    const { hidden, interrupted } = this.options;
    return unlocked(this.name, hidden, interrupted, call);
  }
}
