import * as path from "node:path";
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation";
import { Interrupted, type Interruption } from "../../kit/command/interruption";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { confirm, type HiddenInput } from "../../kit/terminal";
import type { InventoryEntry } from "../../component/contract/inventory";
import { previousKey, previousName } from "../../component/contract/previous-names";
import { configKey } from "../../component/contract/source";
import type { Target } from "./again";
import { type DeployOptions, type Deployer, openDeployer } from "./deploy";
import type { Generator } from "./generator";
import { newValue, refuseAnotherValue } from "./new-value";
import { deployed, type Operation, plan } from "./rotation";
import { StackConfig } from "./stack-config";
import { STEPS } from "./steps";

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
  /** The terminal, if the value is read from there. */
  readonly hidden: HiddenInput | undefined;
  /** Receives a line for each step. */
  readonly log: (line: string) => void;
}

/** @returns whether everything was done; if not, a message says what is missing */
export async function rotate(asked: Request, options: RotateOptions): Promise<boolean> {
  const { cli } = options;
  // A key without a namespace belongs to the project.
  const own = `${cli.project}:`;
  const request = asked.key.startsWith(own) ? { ...asked, key: asked.key.slice(own.length) } : asked;
  const stack = request.stack ?? (await cli.run(["stack", "--show-name"])).trim();
  const config = await StackConfig.open(cli, stack, request);
  try {
    return await rotateIn(stack, config, request, options);
  } finally {
    await config.close();
  }
}

async function rotateIn(
  stack: string,
  config: StackConfig,
  request: Request,
  options: RotateOptions,
): Promise<boolean> {
  const { log, cli, hidden, interrupted } = options;
  const { key, operation } = request;
  const file = path.basename(config.file);
  const held = await config.read();
  const planned = plan({ ...request, now: new Date() }, held);
  const resumed = planned.kind === "resume";
  if (resumed) {
    await refuseAnotherValue(request, held, interrupted);
  }
  const next = resumed
    ? held
    : planned.kind === "begin"
      ? planned.next
      : planned.next(await newValue(request, held, hidden, interrupted));
  hidden?.release();
  const undo = resumed ? undefined : await config.write(held, next);
  log(`${STEPS[operation].title} ${key} in stack ${stack}${resumed ? ", as begun before" : ""}`);
  log(`${file}: ${STEPS[operation].config(key)}`);
  if (!request.deploy) {
    log(`Nothing was deployed. Commit ${file}, and after its deploy run this again, which records it.`);
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
    log(`\n${STEPS[operation].done(request)}\nCommit ${file}.`);
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
        ? `\nAnother update has locked the stack, or was killed and left its lock. Wait for it, or: pulumi cancel --stack ${stack}`
        : "\nNot known to be deployed.",
    );
    log(`Run this again: it continues. ${file} still has every value.`);
    throw error;
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
      `Warning: this deploy gives no Worker a ${previousName("<NAME>")}, so callers with the previous value are refused ` +
        `from then on. To have both: secretTextBindings: [{ name: "<NAME>", ...configSecret("${key}") }]`,
    );
  }
  refuseInterrupted(interrupted);
  return yes || (await confirm(`Deploy to ${stack}?`, interrupted));
}

/** Pulumi's SDK ignores a signal that was aborted before the operation started. */
function refuseInterrupted(interrupted: AbortSignal): void {
  if (interrupted.aborted) throw new Interrupted();
}

async function takeBack(file: string, undo: (() => Promise<boolean>) | undefined): Promise<string> {
  if (undo === undefined) {
    return `Nothing was deployed. ${file} is as it was, with the operation in it.`;
  }
  return (await undo())
    ? `Nothing was deployed, and ${file} is as it was before.`
    : `Nothing was deployed. ${file} was changed meanwhile, so it still has the operation in it.`;
}
