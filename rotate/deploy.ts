import { type EngineEvent, LocalWorkspace, type OutputMap, Stack } from "@pulumi/pulumi/automation";
import { type PulumiCli, ROOT } from "../cli/pulumi";
import { stackProgram } from "../local/program";

export interface DeployOptions {
  readonly color: boolean;
  readonly signal: AbortSignal;
  /** Receives what Pulumi prints, as it prints it. */
  readonly onOutput: (text: string) => void;
}

export interface Deployer {
  /** Shows what a deploy would do, and returns the names of the secrets that it would create. */
  preview(): Promise<string[]>;
  up(): Promise<OutputMap>;
}

/** Previews and deploys a stack of the user's, with index.ts in this process. */
export async function openDeployer(
  cli: PulumiCli,
  stackName: string,
  options: DeployOptions,
): Promise<Deployer> {
  const { signal, onOutput } = options;
  const workspace = await LocalWorkspace.create({
    workDir: ROOT,
    pulumiCommand: cli.command,
    program: stackProgram,
    envVars: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  // It would become the stack that the user has selected.
  workspace.selectStack = () => Promise.resolve();
  const stack = await Stack.select(stackName, workspace);
  const io = { onOutput, signal, color: options.color ? "always" : "never" } as const;
  return {
    async preview() {
      const created: string[] = [];
      const onEvent = ({ resourcePreEvent }: EngineEvent) => {
        const { op, urn = "" } = resourcePreEvent?.metadata ?? {};
        const secret = /cloudflare-worker-secrets:index:Secret::.*\/([^/]+)$/.exec(urn)?.[1];
        if (op === "create" && secret !== undefined) {
          created.push(secret);
        }
      };
      await stack.preview({ ...io, onEvent });
      return created;
    },
    up: async () => (await stack.up(io)).outputs,
  };
}
