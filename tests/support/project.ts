import * as fs from "node:fs/promises";
import type { TestContext } from "node:test";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { startTarget } from "../../harness/target";
import { withoutSummary } from "../../kit/without-summary";
import type { LocalCloudflare, LocalCloudflareOptions } from "../../local/api";
import { type Checkout, copyCheckout } from "./checkout";
import { Command, type CommandOptions } from "./command";
import { startVault } from "./vault";

export const PASSPHRASE = "a passphrase of the project's own";

/** A user's project: a copy of the checkout whose stacks deploy to a Cloudflare on this machine. */
export interface Project {
  readonly checkout: Checkout;
  readonly cloudflare: LocalCloudflare;
  /** The user's environment: the backend, what opens the stacks, the Cloudflare token. */
  readonly env: Readonly<Record<string, string>>;
  /** Opens a stack of the project; its config is `Pulumi.<name>.yaml` in the copy. */
  openStack(name: string, program: PulumiFn): Promise<Stack>;
  /** Starts one of the commands in the copy, with the user's environment. */
  start(
    script: "preview" | "deploy" | "rotate" | "audit" | "repair" | "secrets" | "from-v5",
    args: readonly string[],
    options?: CommandOptions,
  ): Promise<Command>;
}

export interface ProjectOptions extends LocalCloudflareOptions {
  /** Whether a passphrase opens the stacks, as it does for many users. @default the key is in a vault, which saves time */
  readonly withPassphrase?: boolean;
  /** @default that of the checkout */
  readonly projectName?: string;
}

export async function startProject(
  test: TestContext,
  { withPassphrase = false, projectName = "cloudflare-worker-secrets", ...options }: ProjectOptions = {},
): Promise<Project> {
  const checkout = await copyCheckout(test);
  const target = await startTarget(options);
  test.after(() => target.close());
  const passphrase = withPassphrase ? PASSPHRASE : "";
  const vault = withPassphrase ? undefined : await startVault();
  const open = async (stackName: string, program: PulumiFn) =>
    withoutSummary(
      await target.openStack({
        ...{ folder: checkout.root, passphrase, ...vault },
        ...{ stackName, projectName, program },
      }),
    );
  const env: Record<string, string> = { ...target.environment(checkout.root, passphrase), ...vault?.env };
  await fs.mkdir(new URL(env.PULUMI_BACKEND_URL ?? ""));
  return {
    checkout,
    cloudflare: target.cloudflare,
    env,
    openStack: open,
    start: (script, args, { env: more, ...rest } = {}) =>
      Command.start(test, checkout, script, { args, ...rest, env: { ...env, ...more } }),
  };
}
