import * as path from "node:path";
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation";
import { Interrupted, type Interruption } from "../../kit/command/interruption";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { confirm } from "../../kit/terminal";
import type { InventoryEntry } from "../../component/contract/inventory";
import { previousKey, previousName } from "../../component/contract/previous-names";
import { configKey } from "../../component/contract/source";
import { type DeployOptions, type Deployer, openDeployer } from "./deploy";
import { generate, type Generator } from "./generator";
import { checkValue, readValue } from "./new-value";
import { begin, deployed, type Held, isResumed, type Operation, Refused } from "./rotation";
import { StackConfig } from "./stack-config";

export interface Request {
  /** The config key of the secret. */
  readonly key: string;
  readonly operation: Operation;
  /** Without it, the stack that is selected. */
  readonly stack: string | undefined;
  /** Makes the new value; without it, the value is read. */
  readonly generator: Generator | undefined;
  readonly graceMs: number;
  /** Whether to deploy, or to leave the config as something to commit. */
  readonly deploy: boolean;
  /** Whether to deploy without asking. */
  readonly yes: boolean;
}

export interface RotateOptions extends DeployOptions, Interruption {
  readonly cli: PulumiCli;
  /** Hears what is done, a line each. */
  readonly log: (line: string) => void;
}

/** @returns whether all of it was done; what was not is said */
export async function rotate(asked: Request, options: RotateOptions): Promise<boolean> {
  const { cli, log, interrupted } = options;
  // A key without a namespace is the project's.
  const own = `${cli.project}:`;
  const request = asked.key.startsWith(own) ? { ...asked, key: asked.key.slice(own.length) } : asked;
  const { key, operation } = request;
  const stack = request.stack ?? (await cli.run(["stack", "--show-name"])).trim();
  const config = new StackConfig(cli, stack, key);
  const file = path.basename(config.file);
  const held = await config.read();
  const resumed = isResumed({ ...request, now: new Date() }, held);
  const next = resumed ? held : begin(operation, held, await newValue(request, held, interrupted));
  if (resumed) {
    await refuseAnotherValue(request, held, interrupted);
  }
  const undo = resumed ? undefined : await config.write(held, next);
  log(`${STEPS[operation].title} ${key} in stack ${stack}${resumed ? ", as begun before" : ""}`);
  log(`${file}: ${STEPS[operation].config(key)}`);
  if (!request.deploy) {
    log(`Nothing was deployed. Commit ${file}, and after its deploy run this again, so that it is recorded.`);
    return true;
  }

  const deployer = await openDeployer(cli, stack, options);
  let wanted = false;
  try {
    wanted = await previewAndAsk(deployer, request, stack, options);
  } finally {
    if (!wanted) {
      log(await takeBack(file, undo));
    }
  }
  if (wanted) {
    await deploy(deployer, stack, file, log);
    await config.write(next, deployed(operation, next, new Date()));
    log(`\n${STEPS[operation].done(key)}\nCommit ${file}.`);
  }
  return wanted;
}

async function deploy(
  deployer: Deployer,
  stack: string,
  file: string,
  log: RotateOptions["log"],
): Promise<void> {
  try {
    await deployer.up();
  } catch (error) {
    log(
      error instanceof ConcurrentUpdateError
        ? `\nAnother update has the stack, or had it when it was killed. Wait for it, or: pulumi cancel --stack ${stack}`
        : "\nNot known to be deployed.",
    );
    log(`Run this again: it goes on. ${file} still has every value.`);
    throw error;
  }
}

/** What is said of an operation when it begins, when it is in the config, and when it is deployed. */
interface Step {
  readonly title: string;
  readonly config: (key: string) => string;
  readonly done: (key: string) => string;
}

const STEPS: Readonly<Record<Operation, Step>> = {
  rotate: {
    title: "Rotating",
    config: (key) => `${key} is the new value, ${previousKey(key)} the one before.`,
    done: (key) => `Rotated. When all callers use the new value: npm run rotate -- ${key} --finish`,
  },
  rollback: {
    title: "Rolling back",
    config: (key) => `${key} is the value before, ${previousKey(key)} the one that it replaced.`,
    done: (key) => `Rolled back. When all callers use the value before: npm run rotate -- ${key} --finish`,
  },
  finish: {
    title: "Finishing the rotation of",
    config: (key) => `${previousKey(key)} is gone.`,
    done: (key) => `Finished. ${key} is the only value now.`,
  },
};

async function newValue(
  { operation, key, generator }: Request,
  { current }: Held,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (operation !== "rotate") {
    return undefined;
  }
  const value = generator === undefined ? await readValue(key, signal) : generate(generator);
  checkValue(value, current);
  return value;
}

/** A script that is run again gives its value again: it must be the one that is in the config. */
async function refuseAnotherValue(
  { operation, key, generator }: Request,
  { current }: Held,
  signal: AbortSignal,
) {
  if (operation === "rotate" && generator === undefined && !process.stdin.isTTY) {
    const value = await readValue(key, signal);
    if (value !== "" && value !== current) {
      throw new Refused(
        `A rotation of ${key} to another value is under way. Run this again without a value to go on with that one, ` +
          "or with --rollback.",
      );
    }
  }
}

async function previewAndAsk(
  deployer: Deployer,
  { key, operation, yes }: Request,
  stack: string,
  { log, interrupted }: RotateOptions,
): Promise<boolean> {
  refuseInterrupted(interrupted);
  const secrets = await deployer.preview();
  const isPrevious = ({ name, source }: InventoryEntry) =>
    source === undefined ? name.endsWith(previousName("")) : configKey(source) === previousKey(key);
  if (operation === "rotate" && !secrets.some(isPrevious)) {
    log(
      `Warning: this deploy gives no Worker a ${previousName("<NAME>")}, so callers with the value before are refused ` +
        `from then on. To have both: secretTextBindings: [{ name: "<NAME>", ...configSecret("${key}") }]`,
    );
  }
  refuseInterrupted(interrupted);
  return yes || (await confirm(`Deploy to ${stack}?`, interrupted));
}

/** Pulumi's SDK passes over a signal that is aborted before it begins. */
function refuseInterrupted(interrupted: AbortSignal): void {
  if (interrupted.aborted) throw new Interrupted();
}

async function takeBack(file: string, undo: (() => Promise<boolean>) | undefined): Promise<string> {
  if (undo === undefined) {
    return `Nothing was deployed. ${file} is as it was, with the operation in it.`;
  }
  return (await undo())
    ? `Nothing was deployed, and ${file} is as it was before.`
    : `Nothing was deployed. ${file} was changed by somebody else meanwhile, so it still has the operation in it.`;
}
