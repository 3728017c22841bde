import { setMaxListeners } from "node:events";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { PUBLISHED_PASSPHRASE } from "../published-passphrase";
import { startLocalCloudflare, type WorkerEvent } from "./api";
import { untilInterrupted } from "../kit/command/interruption";
import { findEngine, pulumiHome } from "../kit/engine";
import { stackProgram } from "../kit/stack-program";
import { startProvider } from "./provider";
import { chooseProvider } from "./provider/official";
import { openStack } from "./workspace";

export const ROOT = path.join(__dirname, "..");
const STACK_NAME = "dev";
export const CONFIG_FILES = ["Pulumi.yaml", `Pulumi.${STACK_NAME}.yaml`];

export interface Session {
  /** Deploys the program from the checkout and returns the loopback URL of its Worker. */
  readonly deploy: () => Promise<string>;
  /** Previews that deploy and returns whether it would change anything. */
  readonly preview: () => Promise<boolean>;
  /** Destroys the stack. Works after an interruption too. */
  readonly destroy: () => Promise<void>;
  /** A file to source in another terminal, so that commands there use this stack. */
  readonly environmentFile: string;
}

export interface SessionOptions {
  /** Holds state and config; the caller removes it. */
  readonly folder: string;
  /** Receives a line for each step. */
  readonly log: (line: string) => void;
  /** Receives Pulumi's output as it is printed. */
  readonly onOutput: (text: string) => void;
  readonly color: boolean;
  /** Stops the current operation. */
  readonly signal: AbortSignal;
  /** Keeps the Workers' data for later sessions; see `startLocalCloudflare`. */
  readonly dataFolder?: string | undefined;
  /** The first Worker's port; see `startLocalCloudflare`. */
  readonly workerPort?: number;
  /** Gets what Workers print, throw and answer; see `startLocalCloudflare`. */
  readonly onWorkerEvent?: (event: WorkerEvent) => void;
}

/** Runs `use` with everything that the dev stack needs on this machine: engine, Cloudflare, provider and workspace. */
export async function withSession(
  options: SessionOptions,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  const { folder, log, onOutput, signal, dataFolder, workerPort, onWorkerEvent } = options;
  // The Automation API adds a listener for each operation.
  setMaxListeners(0, signal);
  const engine = await findEngine({ signal });
  log(`Engine      pulumi ${engine.version} (${engine.origin})`);
  const choosing = chooseProvider({
    choice: process.env.CLOUDFLARE_PROVIDER,
    command: engine.command,
    home: pulumiHome(),
    log,
  });
  const choice = await untilInterrupted(signal, choosing);
  log(`Provider    ${choice.reason}`);

  const cloudflare = await startLocalCloudflare({ dataFolder, workerPort, onWorkerEvent });
  const provider = choice.kind === "local" ? await startProvider(cloudflare) : undefined;
  try {
    log(`Cloudflare  ${cloudflare.baseUrl}, on this machine`);
    // The program runs in this process and checks that it is deployed to this machine.
    process.env.CLOUDFLARE_BASE_URL = cloudflare.baseUrl;
    await readConfig(folder);
    const stack = await openStack({
      folder,
      command: engine.command,
      cloudflare,
      provider,
      passphrase: PUBLISHED_PASSPHRASE,
      stackName: STACK_NAME,
      program: stackProgram,
    });
    const color = options.color ? "always" : "never";
    const operation = async () => {
      signal.throwIfAborted();
      await readConfig(folder);
      // The outputs are the program's own. What counts here is said below: the resources, and the Worker's address.
      return { onOutput, color, signal, suppressOutputs: true, suppressProgress: true } as const;
    };
    await use({
      deploy: async () => {
        const { outputs, summary } = await stack.up(await operation());
        signal.throwIfAborted();
        const account = summary.config["cloudflare-worker-secrets:accountId"]?.value ?? "";
        const url = cloudflare.workerUrl(account, String(outputs.scriptName?.value));
        if (url === undefined) {
          throw new Error(
            "The stack was deployed, but index.ts exports no scriptName of a Worker that is live.",
          );
        }
        return url;
      },
      preview: async () => {
        const { changeSummary } = await stack.preview(await operation());
        return Object.entries(changeSummary).some(([kind, count]) => kind !== "same" && count > 0);
      },
      destroy: async () => {
        // An update that was interrupted right at its start leaves its lock behind.
        await stack.cancel();
        await stack.destroy({ onOutput, color });
      },
      environmentFile: await writeEnvironment(folder, engine.command.command, {
        ...stack.workspace.envVars,
        PULUMI_HOME: stack.workspace.pulumiHome ?? "",
        PULUMI_STACK: STACK_NAME,
        // Wrangler reads this name; without it, Wrangler would send the token to the real Cloudflare.
        CLOUDFLARE_API_BASE_URL: cloudflare.baseUrl,
      }),
    });
  } finally {
    await Promise.all([cloudflare.close(), provider?.close()]);
  }
}

async function writeEnvironment(
  folder: string,
  pulumi: string,
  variables: Record<string, string>,
): Promise<string> {
  const file = path.join(folder, "env");
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  if (path.isAbsolute(pulumi)) {
    lines.push(`export PATH=${quoted(path.dirname(pulumi))}:"$PATH"\n`);
  }
  await fs.writeFile(file, lines.join(""), { mode: 0o600 });
  return file;
}

/** Quotes a word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Copies the current config, so that the checkout's own files are never written to. */
async function readConfig(folder: string): Promise<void> {
  await Promise.all(CONFIG_FILES.map((file) => fs.copyFile(path.join(ROOT, file), path.join(folder, file))));
}
