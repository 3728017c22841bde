import type { Stack } from "@pulumi/pulumi/automation";
import { type LocalCloudflare, type LocalCloudflareOptions, startLocalCloudflare } from "../local/api";
import { startProvider } from "../local/provider";
import { openStack, stackEnvironment, type WorkspaceOptions } from "../local/workspace";
import { findTools } from "./tools";

/** A Cloudflare on this machine to deploy stacks to, with the provider that reaches it. */
export interface Target {
  readonly cloudflare: LocalCloudflare;
  openStack(
    options: Pick<WorkspaceOptions, "folder" | "passphrase" | "secretsProvider" | "stackName" | "program"> & {
      /** @default that of the checkout */
      readonly projectName?: string;
    },
  ): Promise<Stack>;
  /** The environment in which the Pulumi CLI works on the stacks of a folder. */
  environment(folder: string, passphrase: string): Record<string, string>;
  close(): Promise<void>;
}

/** @param kind the provider to use; without it, the one that CLOUDFLARE_PROVIDER chooses */
export async function startTarget(options: LocalCloudflareOptions = {}, kind?: "local"): Promise<Target> {
  const tools = await findTools();
  const { command } = tools.engine;
  const cloudflare = await startLocalCloudflare(options);
  const isLocal = (kind ?? tools.provider.kind) === "local";
  const provider = isLocal ? await startProvider(cloudflare) : undefined;
  return {
    cloudflare,
    openStack: (stack) =>
      openStack({ projectName: "cloudflare-worker-secrets", ...stack, command, cloudflare, provider }),
    environment: (folder, passphrase) => stackEnvironment({ folder, passphrase, cloudflare, provider }),
    close: async () => {
      await Promise.all([cloudflare.close(), provider?.close()]);
    },
  };
}
