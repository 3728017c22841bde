import type { EngineEvent } from "@pulumi/pulumi/automation";
import { openInlineStack } from "../../kit/inline-stack";
import type { PulumiCli } from "../../kit/pulumi-cli";
import type { NamedStack } from "../../kit/pulumi-command";
import type { InventoryEntry } from "../../component/contract/inventory";
import { SECRET_VALUES } from "../../component/contract/kept-values-setting";
import { WITH_INVENTORY } from "../../component/contract/type-tokens";

export interface DeployOptions {
  readonly color: boolean;
  /** Tells the engine to stop. */
  readonly terminated: AbortSignal;
  /** Receives Pulumi's output as it is printed. */
  readonly onOutput: (text: string) => void;
}

export interface Deployer {
  /** Previews a deploy, and returns the secrets that the stack's Workers and its Secrets Store would have after it. */
  preview(): Promise<InventoryEntry[]>;
  up(): Promise<void>;
}

/** Previews and deploys one of the user's stacks, with its program in this process. */
export async function openDeployer(
  cli: PulumiCli,
  stackName: string,
  { configFile }: Pick<NamedStack, "configFile">,
  options: DeployOptions,
): Promise<Deployer> {
  const { terminated: signal, onOutput } = options;
  // Also in a stack that deploys without values: a rotation has them.
  process.env[SECRET_VALUES] = "send";
  const stack = await openInlineStack(cli, stackName);
  const io = {
    onOutput,
    signal,
    color: options.color ? "always" : "never",
    ...(configFile !== undefined && { configFile }),
  } as const;
  return {
    async preview() {
      const inventories = new Map<string, InventoryEntry[]>();
      const onEvent = ({ resOutputsEvent }: EngineEvent) => {
        const { urn = "", type, new: worker } = resOutputsEvent?.metadata ?? {};
        if (type !== undefined && WITH_INVENTORY.includes(type) && worker !== undefined) {
          const { inventory } = worker.outputs as { inventory?: unknown };
          // The engine reports an unchanged component twice: first from the state, then as the program declares it.
          inventories.set(urn, Array.isArray(inventory) ? (inventory as InventoryEntry[]) : []);
        }
      };
      await stack.preview({ ...io, onEvent });
      return [...inventories.values()].flat();
    },
    async up() {
      await stack.up(io);
    },
  };
}
