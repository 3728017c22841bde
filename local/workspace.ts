import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import type { LocalCloudflare } from "./api";
import { pulumiHome } from "../kit/engine";
import { protectInlinePrograms } from "../kit/inline-programs";
import type { RunningProvider } from "./provider";

export interface WorkspaceOptions {
  /** The workspace's own folder, with its state, its config and its PULUMI_HOME. */
  readonly folder: string;
  readonly command: PulumiCommand;
  /** The API that the program is deployed to. */
  readonly cloudflare: Pick<LocalCloudflare, "baseUrl" | "apiToken">;
  /** The stand-in provider; without it the engine starts the official plugin. */
  readonly provider: Pick<RunningProvider, "env"> | undefined;
  readonly passphrase: string;
  /** What encrypts the stack's secrets, as `pulumi stack init --secrets-provider` takes it. @default the passphrase */
  readonly secretsProvider?: string;
  readonly projectName: string;
  readonly stackName: string;
  readonly program: PulumiFn;
}

/**
 * Opens a stack on the real engine that keeps everything in one folder: an encrypted file backend, config and
 * PULUMI_HOME. The user's own backend, login, stacks and Cloudflare token are neither read nor changed.
 */
export async function openStack(options: WorkspaceOptions): Promise<Stack> {
  const { folder, provider } = options;
  protectInlinePrograms();
  const home = path.join(folder, "home");
  // The engine's own folder. Without one there is no stack, and asking the CLI for it takes as long as to make it.
  const isNew = !existsSync(path.join(stateOf(folder), ".pulumi"));
  await fs.mkdir(stateOf(folder), { recursive: true });
  await fs.mkdir(home, { recursive: true });
  const plugins = path.join(pulumiHome(), "plugins");
  const linked = path.join(home, "plugins");
  if (provider === undefined && existsSync(plugins) && !existsSync(linked)) {
    await fs.symlink(plugins, linked);
  }
  const program = {
    stackName: options.stackName,
    projectName: options.projectName,
    program: options.program,
  };
  const settings = {
    workDir: folder,
    pulumiHome: home,
    pulumiCommand: options.command,
    secretsProvider: options.secretsProvider ?? "passphrase",
    envVars: stackEnvironment(options),
  };
  return isNew
    ? LocalWorkspace.createStack(program, settings)
    : LocalWorkspace.createOrSelectStack(program, settings);
}

/** The environment in which the Pulumi CLI works on the stacks of a folder. */
export function stackEnvironment({
  folder,
  cloudflare,
  provider,
  passphrase,
}: Omit<WorkspaceOptions, "command" | "projectName" | "stackName" | "program" | "secretsProvider">): Record<
  string,
  string
> {
  return {
    PULUMI_BACKEND_URL: pathToFileURL(stateOf(folder)).href,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The provider has been chosen; without this, the engine would look for a version to download on each run.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...provider?.env,
    CLOUDFLARE_BASE_URL: cloudflare.baseUrl,
    CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
    // Keeps the user's own credentials out.
    CLOUDFLARE_API_KEY: "",
    CLOUDFLARE_EMAIL: "",
    CLOUDFLARE_API_USER_SERVICE_KEY: "",
    // With DEBUG the official provider logs the bodies of its requests, including the secrets.
    TF_LOG: "",
  };
}

function stateOf(folder: string): string {
  return path.join(folder, "state");
}
