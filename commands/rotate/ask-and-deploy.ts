import { ConcurrentUpdateError } from "@pulumi/pulumi/automation";
import type { InventoryEntry } from "../../component/contract/inventory";
import { previousKey, previousName } from "../../component/contract/previous-names";
import { configKey } from "../../component/contract/source";
import { Interrupted } from "../../kit/command/interruption";
import { type Deployer, openDeployer } from "./deploy";
import type { Request, RotateOptions } from "./request";
import { configSecretCall } from "./slots";
import { lockedBy } from "../../kit/stack-lock";

/**
 * Shows a preview, asks, and deploys.
 *
 * @param file the name of the stack's file
 * @param undo puts the file back, and returns whether that was possible; undefined if this run has not changed it
 * @returns whether it was deployed
 */
export async function deploysAfterPreview(
  stack: string,
  file: string,
  request: Request,
  undo: (() => Promise<boolean>) | undefined,
  options: RotateOptions,
): Promise<boolean> {
  const { cli, log } = options;
  const deployer = await openDeployer(cli, stack, request, options);
  let wanted = false;
  try {
    wanted = await previewAndAsk(deployer, request, stack, options);
  } finally {
    if (!wanted) {
      log(await takeBack(file, undo));
    }
  }
  if (wanted) await deploy(deployer, stack, file, log);
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
    const again = `Run this again: it continues. ${file} still has every value.`;
    if (error instanceof ConcurrentUpdateError) {
      throw new Error(`${lockedBy(error.message, stack)}\n${again}`, { cause: error });
    }
    log(`\nNot known to be deployed.\n${again}`);
    throw error;
  }
}

async function previewAndAsk(
  deployer: Deployer,
  request: Request,
  stack: string,
  { log, hidden, interrupted }: RotateOptions,
): Promise<boolean> {
  const { key, operation, yes } = request;
  refuseInterrupted(interrupted);
  const secrets = await deployer.preview();
  const isPrevious = ({ name, source }: InventoryEntry) =>
    source === undefined ? name.endsWith(previousName("")) : configKey(source) === previousKey(key);
  if (operation === "rotate" && !secrets.some(isPrevious)) {
    log(
      `Warning: this deploy gives no Worker a ${previousName("<NAME>")}, so callers with the previous value are refused ` +
        `from then on. To have both: secretTextBindings: [{ name: "<NAME>", ...${configSecretCall(request)} }]`,
    );
  }
  refuseInterrupted(interrupted);
  return yes || (await hidden?.confirm(`Deploy to ${stack}?`, interrupted)) === true;
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
