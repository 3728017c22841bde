import * as fs from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import type { LocalCloudflare } from "./api";
import type { RunningProvider } from "./provider";

export interface WorkspaceOptions {
  /** A folder that belongs to this workspace: its state, its config and Pulumi's home are kept there. */
  readonly folder: string;
  readonly command: PulumiCommand;
  /** Where the program is deployed to. */
  readonly cloudflare: Pick<LocalCloudflare, "baseUrl" | "apiToken">;
  /** The stand-in provider; without it the engine starts the official plugin. */
  readonly provider: Pick<RunningProvider, "env"> | undefined;
  readonly passphrase: string;
  readonly stackName: string;
  readonly program: PulumiFn;
}

/**
 * A stack on the real engine whose whole world is one folder: encrypted file backend, config, Pulumi's home. The
 * user's own backend, login, stacks and Cloudflare token are neither read nor changed.
 */
export async function openStack(options: WorkspaceOptions): Promise<Stack> {
  const { folder, cloudflare, provider } = options;
  const state = path.join(folder, "state");
  const home = path.join(folder, "home");
  await fs.mkdir(state, { recursive: true });
  await fs.mkdir(home, { recursive: true });
  return LocalWorkspace.createOrSelectStack(
    { stackName: options.stackName, projectName: "cloudflare-worker-secrets", program: options.program },
    {
      workDir: folder,
      pulumiHome: home,
      pulumiCommand: options.command,
      secretsProvider: "passphrase",
      envVars: {
        PULUMI_BACKEND_URL: pathToFileURL(state).href,
        PULUMI_CONFIG_PASSPHRASE: options.passphrase,
        PULUMI_CONFIG_PASSPHRASE_FILE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...provider?.env,
        CLOUDFLARE_BASE_URL: cloudflare.baseUrl,
        CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
        // The provider refuses two kinds of credentials at once.
        CLOUDFLARE_API_KEY: "",
        CLOUDFLARE_EMAIL: "",
      },
    },
  );
}
