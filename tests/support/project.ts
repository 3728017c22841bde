import type { TestContext } from "node:test";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { type LocalCloudflare, type LocalCloudflareOptions, startLocalCloudflare } from "../../local/api";
import { findEngine, pulumiHome } from "../../kit/engine";
import { startProvider } from "../../local/provider";
import { chooseProvider } from "../../local/provider/official";
import { openStack } from "../../local/workspace";
import { type Checkout, copyCheckout } from "./checkout";
import { Command, type CommandOptions } from "./command";

export const PASSPHRASE = "a passphrase of the project's own";

/** A user's project: a copy of the checkout with stacks of its own, which deploy to a Cloudflare on this machine. */
export interface Project {
  readonly checkout: Checkout;
  readonly cloudflare: LocalCloudflare;
  /** What the user has in the environment: the backend, the passphrase, the Cloudflare token. */
  readonly env: Readonly<Record<string, string>>;
  /** A stack of the project; its config is `Pulumi.<name>.yaml` of the copy. */
  openStack(name: string, program: PulumiFn): Promise<Stack>;
  /** Starts `npm run rotate` or `npm run audit` in the copy, with the user's environment. */
  start(script: "rotate" | "audit", args: readonly string[], options?: CommandOptions): Promise<Command>;
}

export async function startProject(
  test: TestContext,
  options: LocalCloudflareOptions = {},
): Promise<Project> {
  const { command } = await findEngine();
  const choice = process.env.CLOUDFLARE_PROVIDER;
  const { kind } = await chooseProvider({ choice, command, home: pulumiHome() });
  const checkout = await copyCheckout(test);
  const cloudflare = await startLocalCloudflare(options);
  test.after(() => cloudflare.close());
  const provider = kind === "local" ? await startProvider(cloudflare) : undefined;
  test.after(() => provider?.close());
  const open = (stackName: string, program: PulumiFn) =>
    openStack({
      folder: checkout.root,
      command,
      cloudflare,
      provider,
      passphrase: PASSPHRASE,
      stackName,
      program,
    });
  // Pulumi.yaml is there before it is asked for the environment.
  const { workspace } = await open("env", () => Promise.resolve({}));
  await workspace.removeStack("env");
  const env = workspace.envVars;
  return {
    checkout,
    cloudflare,
    env,
    openStack: open,
    start: (script, args, { env: more, ...rest } = {}) =>
      Command.start(test, checkout, script, { args, ...rest, env: { ...env, ...more } }),
  };
}
