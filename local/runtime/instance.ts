import { once } from "node:events";
import http from "node:http";
import { availableParallelism } from "node:os";
import type { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { Log, LogLevel, type SharedOptions } from "miniflare";
import type { WorkerCode } from "./code";
import { described, DESCRIBER, type Exports, serviceWorkerDescriber } from "./exports";
import { inTurns } from "./in-turns";
import { startMiniflare, type WorkerSockets } from "./private-miniflare";
import { type Help, helperWorkers } from "./helper-workers";
import { TAIL, tailWorker, traced } from "./tail";
import { workerOptions } from "./worker-options";

/** A Worker that runs in its own workerd process. */
export interface Instance extends WorkerSockets {
  readonly exports: Exports;
  /** The Unix socket of the Worker that gets its traces. */
  readonly tailSocketPath: string;
  /** Whether static assets answer before the Worker. */
  readonly hasAssets: boolean;
  /** `request.cf` as JSON. */
  readonly cf: string;
  readonly startupMilliseconds: number;
  /** Resolves if the process ends by itself: it crashed, or was killed. */
  readonly crashed: Promise<void>;
  dispose(): Promise<void>;
}

/** The runtime rejected the code; the message is the runtime's own. */
export class CodeRejected extends Error {}

/** Cloudflare allows one second of CPU; a busy development machine may need longer. */
const STARTUP_LIMIT_MS = 15_000;
/** No log of Miniflare's own, nothing of workerd's, and no look at the network for `request.cf`. */
export const QUIET: SharedOptions = {
  cf: false,
  unsafeTriggerHandlers: true,
  log: new Log(LogLevel.NONE),
  handleRuntimeStdio(stdout: Readable, stderr: Readable) {
    stdout.resume();
    stderr.resume();
  },
};
/** More at the same time would take each other's CPU, and the limit above is by the clock. */
const startInTurn = inTurns(availableParallelism());
const WORKER = "worker";

/**
 * Starts the code in a new workerd process and resolves when it is ready for requests. Bindings that are shared with
 * other Workers do nothing: only one process can have them.
 */
export function startInstance(name: string, code: WorkerCode, help: Help): Promise<Instance> {
  return startInTurn(() => startNow(name, code, help));
}

async function startNow(name: string, code: WorkerCode, help: Help): Promise<Instance> {
  const { mainModule } = code;
  const isModule = mainModule !== undefined;
  const options = workerOptions(isModule ? described(code, mainModule) : code) as object;
  const workers = new Map([
    [WORKER, traced(options, name, code)],
    [TAIL, tailWorker(help.onTrace, help.isTraced(name))],
  ]);
  if (!isModule) workers.set(DESCRIBER, workerOptions(serviceWorkerDescriber(code)));
  const started = performance.now();
  let starting = true;
  let errors = "";
  const { miniflare, socketsOf, crashed, dispose } = await startMiniflare(
    {
      ...QUIET,
      handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
        stdout.resume();
        // After the start, stderr is the Worker's own log, which we drop.
        stderr.on("data", (chunk: Buffer) => (errors += starting ? chunk.toString() : ""));
      },
    },
    workers,
    helperWorkers(help, [...workers.values()]),
    isModule ? { worker: WORKER, entryPoint: DESCRIBER } : undefined,
  );
  const start = async (): Promise<Instance> => {
    await miniflare.ready;
    const startupMilliseconds = Math.round(performance.now() - started);
    const exports = await describe(
      socketsOf(isModule ? WORKER : DESCRIBER, isModule ? DESCRIBER : undefined).socketPath,
    );
    starting = false;
    const hasAssets = code.assets !== undefined;
    const cf = JSON.stringify(await miniflare.getCf());
    const { socketPath: tailSocketPath } = socketsOf(TAIL);
    return {
      ...socketsOf(WORKER),
      tailSocketPath,
      cf,
      exports,
      hasAssets,
      startupMilliseconds,
      crashed,
      dispose,
    };
  };
  const over = new AbortController();
  try {
    return await Promise.race([start(), refuseAfter(STARTUP_LIMIT_MS, over.signal)]);
  } catch (error) {
    await dispose();
    throw new CodeRejected(
      runtimeMessage(errors) ?? (error instanceof Error ? error.message : String(error)),
    );
  } finally {
    over.abort();
  }
}

async function describe(socketPath: string): Promise<Exports> {
  const [response] = (await once(http.get({ socketPath }), "response")) as [http.IncomingMessage];
  return (await json(response)) as Exports;
}

async function refuseAfter(ms: number, signal: AbortSignal): Promise<never> {
  await delay(ms, undefined, { signal });
  throw new Error("Script startup exceeded CPU time limit.");
}

/** Extracts workerd's message about the Worker from its stderr, without the prefix that names the service. */
function runtimeMessage(stderr: string): string | undefined {
  const about = `service core:user:${WORKER}: `;
  const said = stderr.split(/^(?=service core:user:)/m).filter((part) => part.startsWith(about));
  const message = said
    .map((part) => part.slice(about.length))
    .join("")
    .replaceAll("file:///", "")
    .trim();
  return message === "" ? undefined : message;
}
