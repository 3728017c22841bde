import { subscribe } from "node:diagnostics_channel";
import { setMaxListeners } from "node:events";
import * as path from "node:path";
import type { UpOptions } from "@pulumi/pulumi/automation";
import { type LocalCloudflare, startLocalCloudflare, type WorkerEvent } from "./api";
import { SECRET_VALUES } from "../component/contract/kept-values-setting";
import { STAND_INS } from "../component/contract/stand-in";
import { untilInterrupted } from "../kit/command/interruption";
import { findEngine, pulumiHome } from "../kit/engine";
import { readProject, ROOT } from "../kit/project";
import { runCommand } from "../kit/run-command";
import { stackProgram } from "../kit/stack-program";
import { withoutSummary } from "../kit/without-summary";
import { DevVars } from "./dev/dev-vars";
import { type DeclaredWorker, type RecordedRun, recorded } from "./dev/recorded-run";
import { WorkerPlaces } from "./dev/worker-places";
import { DEV_FOLDER, removeEnvironment, writeEnvironment } from "./env-file";
import { startProvider } from "./provider";
import { chooseProvider } from "./provider/official";
import { configFiles, copyConfig, passphraseOf } from "./stack-files";
import { openStack } from "./workspace";

/** Where what the engine says goes: its text, or its events. */
type Output = Pick<UpOptions, "onOutput" | "onEvent">;

export interface Session {
  readonly cloudflare: LocalCloudflare;
  readonly devVars: DevVars;
  /** The files with the stack's config, as absolute paths. */
  readonly configFiles: readonly string[];
  /** The last run of the program. */
  readonly lastRun: () => RecordedRun | undefined;
  /** Deploys the program from the checkout. */
  readonly deploy: (output: Output) => Promise<void>;
  /** Destroys the stack. Works after an interruption too. */
  readonly destroy: (output: Output) => Promise<void>;
  /** The Workers that the program declared and that are live. */
  readonly workers: () => LiveWorker[];
  /** Writes a file to source in another terminal, so that commands there use this stack. Returns its place. */
  readonly writeEnvironment: () => Promise<string>;
}

interface LiveWorker extends DeclaredWorker {
  readonly url: string;
}

export interface SessionOptions {
  /** Holds state and config; the caller removes it. */
  readonly folder: string;
  /** The stack's name, whose config is in the checkout. */
  readonly stack: string;
  /** Receives a line for each step. */
  readonly log: (line: string) => void;
  readonly color: boolean;
  /** Stops the current operation. */
  readonly signal: AbortSignal;
  /** Keeps the Workers' data for later sessions; see `startLocalCloudflare`. */
  readonly dataFolder?: string | undefined;
  /** The first Worker's port; see `WorkerPlaces`. Default: any. */
  readonly workerPort?: number;
  /** Gets what Workers print, throw and answer; see `startLocalCloudflare`. */
  readonly onWorkerEvent?: (event: WorkerEvent) => void;
}

/** Runs `use` with everything that a stack needs on this machine: engine, Cloudflare, provider and workspace. */
export async function withSession(
  options: SessionOptions,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  const { folder, stack: stackName, log, signal, dataFolder, workerPort = 0, onWorkerEvent } = options;
  // The Automation API adds a listener for each operation.
  setMaxListeners(0, signal);
  const project = readProject();
  const [engine, passphrase] = await Promise.all([findEngine({ signal }), passphraseOf(project, stackName)]);
  log(`Engine      pulumi ${engine.version} (${engine.origin})`);
  const choosing = chooseProvider({
    choice: process.env.CLOUDFLARE_PROVIDER,
    command: engine.command,
    home: pulumiHome(),
    log,
  });
  const choice = await untilInterrupted(signal, choosing);
  log(`Provider    ${choice.reason}`);

  let run: RecordedRun | undefined;
  const places = new WorkerPlaces(path.join(DEV_FOLDER, `${stackName}.ports.json`), workerPort);
  const cloudflare = await startLocalCloudflare({
    dataFolder,
    onWorkerEvent,
    placeOf: (account, script) => {
      for (const resource of run?.order ?? []) places.of(resource);
      // A Worker that another client uploads is no resource of the stack.
      return places.of(run?.find(account, script)?.resource ?? `${account}/${script}`);
    },
  });
  const provider = choice.kind === "local" ? await startProvider(cloudflare) : undefined;
  try {
    log(`Cloudflare  ${cloudflare.baseUrl}, on this machine`);
    // The program runs in this process and checks that it is deployed to this machine.
    process.env.CLOUDFLARE_BASE_URL = cloudflare.baseUrl;
    // A Worker on this machine is new, and has no values to keep.
    process.env[SECRET_VALUES] = "send";
    await copyConfig(project, stackName, folder);
    const varsFile = path.join(ROOT, project.configFolder, ".dev.vars");
    const devVars = new DevVars(varsFile);
    subscribe(STAND_INS, devVars.answer);
    const opened = await openStack({
      folder,
      command: engine.command,
      cloudflare,
      provider,
      passphrase,
      projectName: project.name,
      stackName,
      program: recorded(stackProgram, devVars, (begun) => (run = begun)),
    });
    const stack = withoutSummary(opened);
    const color = options.color ? "always" : "never";
    const workers = () => {
      const { order = [], workers: sent = [] } = run ?? {};
      return sent
        .toSorted((one, other) => order.indexOf(one.resource) - order.indexOf(other.resource))
        .flatMap((worker) => {
          const url = cloudflare.workerUrl(worker.accountId, worker.scriptName);
          return url === undefined ? [] : { ...worker, url };
        });
    };
    await use({
      cloudflare,
      devVars,
      configFiles: [...configFiles(project, stackName).map((file) => path.join(ROOT, file)), varsFile],
      lastRun: () => run,
      deploy: async (output) => {
        signal.throwIfAborted();
        await copyConfig(project, stackName, folder);
        // The outputs are the program's own. What counts here are the resources, and the Workers' addresses.
        await stack.up({ ...output, color, signal, suppressOutputs: true, suppressProgress: true });
        signal.throwIfAborted();
        places.keep(workers().map(({ resource }) => resource));
      },
      destroy: async (output) => {
        // An update that was interrupted right at its start leaves its lock behind.
        await stack.cancel();
        await stack.destroy({ ...output, color });
      },
      workers,
      writeEnvironment: async () => {
        const environment = { ...stack.workspace.envVars, PULUMI_HOME: stack.workspace.pulumiHome ?? "" };
        // A selection, which users can change; PULUMI_STACK would override theirs.
        await runCommand(engine.command.command, ["stack", "select", stackName], {
          cwd: ROOT,
          env: { ...process.env, ...environment },
          timeoutMs: 30_000,
          signal,
        });
        // Also of a Worker that could not be deployed. Without one, Wrangler asks the API for the account.
        const accountId = run?.workers[0]?.accountId;
        return writeEnvironment(folder, stackName, engine.command.command, {
          ...environment,
          // rotate leaves the deploy to this session.
          WORKER_DEV_STACK: stackName,
          ...(accountId !== undefined && { CLOUDFLARE_ACCOUNT_ID: accountId }),
          // Wrangler reads this name; without it, Wrangler would send the token to the real Cloudflare.
          CLOUDFLARE_API_BASE_URL: cloudflare.baseUrl,
        });
      },
    });
  } finally {
    await Promise.all([cloudflare.close(), provider?.close(), removeEnvironment(folder, stackName)]);
  }
}
