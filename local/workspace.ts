import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { makePortsPrivate } from "../kit/private-ports";
import type { LocalCloudflare } from "./api";
import { pulumiHome } from "../kit/engine";
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
  // The engine connects to the program in this process, and says what config it runs with.
  makePortsPrivate();
  const state = path.join(folder, "state");
  const home = path.join(folder, "home");
  await fs.mkdir(state, { recursive: true });
  await fs.mkdir(home, { recursive: true });
  const plugins = path.join(pulumiHome(), "plugins");
  const linked = path.join(home, "plugins");
  if (provider === undefined && existsSync(plugins) && !existsSync(linked)) {
    await fs.symlink(plugins, linked);
  }
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
        // Which provider runs is decided; the engine would look for a download of another version at each run.
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ...provider?.env,
        CLOUDFLARE_BASE_URL: cloudflare.baseUrl,
        CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
        // None of the user's own credentials goes there.
        CLOUDFLARE_API_KEY: "",
        CLOUDFLARE_EMAIL: "",
        CLOUDFLARE_API_USER_SERVICE_KEY: "",
        // At DEBUG the official provider logs the bodies of its requests, and the secrets in them.
        TF_LOG: "",
      },
    },
  );
}
