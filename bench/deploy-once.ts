import { findEngine } from "../kit/engine";
import { startProvider } from "../local/provider";
import { openStack } from "../local/workspace";
import { PASSPHRASE, secrets, workerProgram } from "./worker-program";

/** One `pulumi up`, with the settings that deploy.ts puts into the environment. */
async function main(): Promise<void> {
  const { DEPLOY_FOLDER: folder = "", DEPLOY_NAME: stackName = "" } = process.env;
  const cloudflare = {
    baseUrl: process.env.CLOUDFLARE_BASE_URL ?? "",
    apiToken: process.env.CLOUDFLARE_API_TOKEN ?? "",
  };
  const { command } = await findEngine();
  const provider = process.env.DEPLOY_PROVIDER === "local" ? await startProvider(cloudflare) : undefined;
  const program = workerProgram(stackName, secrets(Number(process.env.DEPLOY_SECRETS)));
  const stack = await openStack({
    folder,
    command,
    cloudflare,
    provider,
    passphrase: PASSPHRASE,
    stackName,
    program,
  });
  await stack.up();
  await provider?.close();
}

void main();
