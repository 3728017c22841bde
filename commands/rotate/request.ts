import type { Interruption } from "../../kit/command/interruption";
import type { PulumiCli } from "../../kit/pulumi-cli";
import type { HiddenInput } from "../../kit/terminal";
import type { Target } from "./again";
import type { DeployOptions } from "./deploy";
import type { Generator } from "./generator";
import type { Operation } from "./rotation";

export interface Request extends Target {
  readonly operation: Operation;
  /** Generates the new value; without it, the value is read. */
  readonly generator: Generator | undefined;
  readonly graceMs: number;
  /** Whether to deploy, or only to change the config for a commit. */
  readonly deploy: boolean;
  /** Whether to deploy without asking. */
  readonly yes: boolean;
}

export interface RotateOptions extends DeployOptions, Interruption {
  readonly cli: PulumiCli;
  /** Undefined if there is no terminal. */
  readonly hidden: HiddenInput | undefined;
  /** Receives a line for each step. */
  readonly log: (line: string) => void;
}
