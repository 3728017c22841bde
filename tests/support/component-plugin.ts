import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import type { TestContext } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { WORKER_SCRIPT } from "../../component/contract/type-tokens";

export const PLUGIN = path.resolve(__dirname, "../../component/plugin");
const EXECUTABLE = path.join(PLUGIN, "pulumi-resource-cloudflare-worker-secrets");

/**
 * Starts the plugin that serves the components to other languages.
 *
 * @param command what starts it, without the engine's address
 * @returns what PULUMI_DEBUG_PROVIDERS needs, with which the engine uses it
 */
export async function startPlugin(
  test: TestContext,
  [command = "", ...args]: readonly string[] = [EXECUTABLE],
): Promise<string> {
  // The engine says where it is when it uses the plugin.
  const plugin = spawn(command, [...args, "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  test.after(() => plugin.kill());
  const [port] = (await once(plugin.stdout, "data")) as [Buffer];
  return `cloudflare-worker-secrets:${port.toString().trim()}`;
}

/** A Worker as the SDK of another language declares it: the plugin makes the component. */
export class RemoteWorker extends pulumi.ComponentResource {
  readonly secretNames!: pulumi.Output<string[]>;

  constructor(name: string, args: pulumi.Inputs, opts?: pulumi.ComponentResourceOptions) {
    super(WORKER_SCRIPT, name, { ...args, secretNames: undefined }, opts, true);
  }
}
