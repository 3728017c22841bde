import * as path from "node:path";
import { commandLine } from "../../component/contract/command-line";
import { placeWords } from "../../component/contract/property-path";
import { unlocked } from "../../kit/passphrase";
import { chosenStack, type PulumiCli } from "../../kit/pulumi-cli";
import { pulumiCommand } from "../../kit/pulumi-command";
import { exportStack } from "../../kit/stack-state";
import type * as AskAndDeploy from "./ask-and-deploy";
import { stackOfDev, untilDeployed } from "./beside-dev";
import { isDeployed } from "./deployed-state";
import { newValue, refuseAnotherValue } from "./new-value";
import type { Request, RotateOptions } from "./request";
import { deployed, type Held, plan } from "./rotation";
import { StackConfig } from "./stack-config";
import { placeOf } from "./slots";
import { STEPS } from "./steps";

/** @returns whether everything was done; if not, a message says what is missing */
export async function rotate(asked: Request, options: RotateOptions): Promise<boolean> {
  const { cli } = options;
  // A key without a namespace belongs to the project.
  const own = `${cli.project}:`;
  const request = asked.key.startsWith(own) ? { ...asked, key: asked.key.slice(own.length) } : asked;
  const stack = await chosenStack(cli, request.stack);
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
  asked: Request,
  options: RotateOptions,
): Promise<boolean> {
  const { log, hidden, interrupted } = options;
  const file = path.basename(config.file);
  const { held, target } = await unlocked(stack, hidden, interrupted, () => config.read());
  const request = { ...asked, ...target };
  const { key, operation } = request;
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
  const undo = resumed ? undefined : await config.write(held, next);
  log(`${STEPS[operation].title} ${key} in stack ${stack}${resumed ? ", as begun before" : ""}`);
  log(`${file}: ${STEPS[operation].config(key)}`);
  if (!request.deploy && !resumed) {
    log(`Nothing was deployed. Commit ${file}, and after its deploy run this again, which records it.`);
    return true;
  }
  const isDevs = request.deploy && stackOfDev() === stack.split("/").at(-1);
  const isDone = request.deploy
    ? isDevs
      ? await deploysDev(stack, file, request, next, options)
      : await deploysByItself(stack, file, request, undo, options)
    : await wasDeployed(stack, request, next, options);
  if (!isDone) return false;
  await config.write(next, deployed(operation, next, new Date()));
  log(`\n${STEPS[operation].done(request)}`);
  if (request.generator !== undefined && operation === "rotate") {
    log(
      `Its callers get the new value with: ${pulumiCommand(request, "config", "get", ...placeWords(placeOf(request)))}`,
    );
  }
  // Beside dev, the value is the user's own.
  if (!isDevs) log(`Commit ${file}.`);
  return true;
}

function deploysByItself(...args: Parameters<typeof AskAndDeploy.deploysAfterPreview>): Promise<boolean> {
  // Pulumi's SDK takes a second to load, which nothing before this needs.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import of Node's would not find TypeScript
  const { deploysAfterPreview } = require("./ask-and-deploy") as typeof AskAndDeploy;
  return deploysAfterPreview(...args);
}

/** For a stack that a pipeline deploys: looks whether it has. */
async function wasDeployed(
  stack: string,
  { key }: Request,
  next: Held,
  { cli, log }: RotateOptions,
): Promise<boolean> {
  if (await isInState(cli, stack, key, next)) return true;
  log(
    `The state of stack ${stack} does not say that this was deployed. Run this again after the deploy, or without ` +
      "--no-deploy, which deploys it.",
  );
  return false;
}

/** For a stack that `npm run dev` deploys: with a deploy of our own, two would change the stack at a time. */
async function deploysDev(
  stack: string,
  file: string,
  { key }: Request,
  next: Held,
  { cli, log, interrupted: signal }: RotateOptions,
): Promise<boolean> {
  log(`${commandLine("dev")} deploys ${file}. Waiting until it has.`);
  let seen = "";
  const look = async () => {
    // Decrypting takes long, so only a state that has changed is decrypted.
    const state = await exportStack(cli, stack);
    if (state === seen) return false;
    seen = state;
    return isInState(cli, stack, key, next);
  };
  const isDone = await untilDeployed(look, { signal });
  if (!isDone)
    log(
      `Not deployed yet: see what ${commandLine("dev")} prints, and whether .dev.vars overrides the value. Run this again then: it continues.`,
    );
  return isDone;
}

async function isInState(cli: PulumiCli, stack: string, key: string, next: Held): Promise<boolean> {
  return isDeployed(await exportStack(cli, stack, ["--show-secrets"]), key, next);
}
