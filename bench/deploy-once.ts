import * as path from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { findEngine } from "../kit/engine";
import { withoutSummary } from "../kit/without-summary";
import { startProvider } from "../local/provider";
import { openStack } from "../local/workspace";
import { type Bound, bundledProgram } from "./bundled-worker";
import { PASSPHRASE, secrets, workerProgram } from "./worker-program";

/** One `pulumi up`, with the settings that pulumi-up.ts puts into the environment. */
async function main(): Promise<void> {
  const { DEPLOY_FOLDER: folder = "", DEPLOY_NAME: stackName = "" } = process.env;
  const cloudflare = {
    baseUrl: process.env.CLOUDFLARE_BASE_URL ?? "",
    apiToken: process.env.CLOUDFLARE_API_TOKEN ?? "",
  };
  const { command } = await findEngine();
  const provider = process.env.DEPLOY_PROVIDER === "local" ? await startProvider(cloudflare) : undefined;
  const program = programOf(stackName);
  const stack = await openStack({
    folder,
    command,
    cloudflare,
    provider,
    passphrase: PASSPHRASE,
    projectName: "cloudflare-worker-secrets",
    stackName,
    program,
  });
  // `pulumi up` does not call the CLI again for a summary.
  await withoutSummary(stack).up();
  await provider?.close();
}

function programOf(name: string): PulumiFn {
  const { DEPLOY_PROJECT, DEPLOY_SECRETS, DEPLOY_SOURCES, DEPLOY_BOUND } = process.env;
  if (DEPLOY_PROJECT !== undefined) {
    process.chdir(DEPLOY_PROJECT);
    return () => import(path.join(DEPLOY_PROJECT, "index.ts")) as Promise<Record<string, unknown>>;
  }
  if (DEPLOY_SOURCES === undefined) return workerProgram(name, secrets(Number(DEPLOY_SECRETS)));
  process.chdir(DEPLOY_SOURCES);
  return bundledProgram(name, JSON.parse(DEPLOY_BOUND ?? "") as Bound);
}

void main();
