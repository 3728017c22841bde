import * as pulumi from "@pulumi/pulumi";
import { DEPLOY_TOKEN, WORKER_SCRIPT } from "./contract/type-tokens";
import type { DeployTokenArgs } from "./deploy-token/args";
import { checkArgs } from "./deploy-token/check";
import { DeployToken } from "./deploy-token/deploy-token";
import { plainArgs } from "./plain-args";
import type { WorkerScriptArgs } from "./worker-script/args";
import { checkFirst } from "./worker-script/check";
import { WorkerScript } from "./worker-script/worker-script";

/**
 * Declares a component for a program in another language.
 *
 * The arguments are checked before there is a component: a component that is refused rejects promises that nothing waits
 * for, and Pulumi's SDK (seen in 3.248.0) answers all components that are under way with such a rejection, which would
 * blame others for it.
 *
 * @param type the component's type
 * @param inputs its arguments, as that language's SDK sends them
 * @returns its URN and its outputs
 * @throws pulumi.RunError that lists every wrong argument
 */
export async function construct(
  name: string,
  type: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  const constructor = CONSTRUCTORS[type];
  if (constructor === undefined) throw new pulumi.RunError(`cloudflare-worker-secrets has no ${type}.`);
  return constructor(name, await plainArgs(name, type, inputs), options);
}

type Constructor = typeof constructWorker;

const CONSTRUCTORS: Partial<Record<string, Constructor>> = {
  [WORKER_SCRIPT]: constructWorker,
  [DEPLOY_TOKEN]: constructToken,
};

async function constructWorker(
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  const args = inputs as WorkerScriptArgs;
  await checkFirst(name, args);
  const worker = new WorkerScript(name, args, options);
  const { secretNames, bindsSecretsStore, etag, url } = worker;
  return { urn: worker.urn, state: { name: worker.name, secretNames, bindsSecretsStore, etag, url } };
}

async function constructToken(
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  const args = inputs as DeployTokenArgs;
  await checkArgs(name, args);
  const { urn, value, tokenId } = new DeployToken(name, args, options);
  return { urn, state: { value, tokenId } };
}
