import { AsyncLocalStorage } from "node:async_hooks";
import childProcess from "node:child_process";
import * as fs from "node:fs/promises";
import http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { Miniflare, type MiniflareOptions, type SharedOptions, type WorkerOptions } from "miniflare";

/** A Miniflare that listens on Unix sockets in a folder that only this user can open, and on no TCP port. */
export interface PrivateMiniflare {
  readonly miniflare: Miniflare;
  readonly socketsOf: (worker: string, entryPoint?: string) => WorkerSockets;
  /** Resolves if workerd ends by itself: it crashed, or was killed. */
  readonly crashed: Promise<void>;
  /** Stops Miniflare and removes the folder. */
  readonly dispose: () => Promise<void>;
}

/** How to reach a Worker. */
export interface WorkerSockets {
  /** The Worker's name, by which Miniflare knows it. */
  readonly worker: string;
  /** The Unix socket on which it speaks HTTP. */
  readonly socketPath: string;
  /** The Unix socket of Miniflare's own Worker, which calls the handlers that no request reaches. */
  readonly triggerSocketPath: string;
}

/** macOS has the lowest limit: 104 bytes including the final zero. */
const MAX_SOCKET_PATH = 103;
const LOOPBACK = "loopback";
const ENTRY = "entry";

/** The Miniflare that is starting: its folder of sockets, and what to do when its workerd ends. */
const starting = new AsyncLocalStorage<{ readonly folder: string; readonly ended: () => void }>();
const { createServer } = http;
const { spawn } = childProcess;

/**
 * Starts Miniflare without its TCP ports. Miniflare opens an HTTP server for workerd that reads and writes files for
 * any local process (`/core/error`, `/core/store-temp-file`), checks neither a token nor Host, and has no option for
 * another address. So we replace the addresses in the two calls that set them, `http.createServer` and `spawn`, by
 * Unix sockets. The tests check every open port, so they fail if a new Miniflare opens its ports in another way.
 *
 * @param workers the Workers by name, each with a socket
 * @param helpers Workers without a socket, by name
 * @param second another entry point of one of the Workers, which gets a socket too
 */
export async function startMiniflare(
  options: SharedOptions,
  workers: ReadonlyMap<string, WorkerOptions>,
  helpers: ReadonlyMap<string, WorkerOptions>,
  second?: { readonly worker: string; readonly entryPoint: string },
): Promise<PrivateMiniflare> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "mf-"));
  // A script's name can be longer than a socket's path.
  const socket = (name: string, isMain: boolean) =>
    path.join(folder, `${[...workers.keys()].indexOf(name)}${isMain ? "" : "e"}`);
  const entryPointsOf = (name: string) =>
    name === second?.worker ? [undefined, second.entryPoint] : [undefined];
  if (Buffer.byteLength(path.join(folder, LOOPBACK)) > MAX_SOCKET_PATH) {
    await fs.rm(folder, { recursive: true });
    throw new Error(`TMPDIR is too long for a Unix socket: ${os.tmpdir()}. Set TMPDIR to a shorter path.`);
  }
  const listening = Array.from(workers, ([name, worker]) => ({
    ...(worker as object),
    name,
    // Bypass Miniflare's own Worker, which handles /cdn-cgi/ itself and shows errors with stacks.
    unsafeDirectSockets: entryPointsOf(name).map((entrypoint) => ({
      host: `unix:${socket(name, entrypoint === undefined)}`,
      port: 0,
      ...(entrypoint !== undefined && { entrypoint }),
    })),
  }));
  const silent = Array.from(helpers, ([name, worker]) => ({ ...(worker as object), name }));
  const all = { ...(options as object), host: "127.0.0.1", workers: [...listening, ...silent] };
  let isDisposed = false;
  let crash = (): void => undefined;
  const crashed = new Promise<void>((resolve) => (crash = resolve));
  const ended = () => {
    if (!isDisposed) crash();
  };
  const miniflare = starting.run({ folder, ended }, () => new Miniflare(all as MiniflareOptions));
  return {
    miniflare,
    crashed,
    socketsOf: (worker, entrypoint) => ({
      worker,
      // Miniflare appends the port even to a Unix socket.
      socketPath: `${socket(worker, entrypoint === undefined)}:0`,
      triggerSocketPath: path.join(folder, ENTRY),
    }),
    dispose: async () => {
      isDisposed = true;
      // dispose() rejects with the error of a failed start, which `ready` has already reported.
      await miniflare.dispose().catch(() => undefined);
      await fs.rm(folder, { recursive: true, force: true });
    },
  };
}

http.createServer = ((...args: Parameters<typeof createServer>) => {
  const server = createServer(...args);
  const { folder } = starting.getStore() ?? {};
  if (folder !== undefined) {
    const listen = server.listen.bind(server);
    server.listen = (_port?: unknown, _host?: unknown, ready?: unknown) =>
      listen(path.join(folder, LOOPBACK), ready as () => void);
    // Miniflare puts this port into the address that onSocket replaces.
    server.address = () => ({ address: "", family: "unix", port: 0 });
  }
  return server;
}) as typeof createServer;

childProcess.spawn = ((command: string, args: readonly string[], options: childProcess.SpawnOptions) => {
  const started = starting.getStore();
  if (started === undefined) return spawn(command, args, options);
  const { folder, ended } = started;
  return spawn(
    command,
    args.map((arg) => onSocket(arg, folder)),
    options,
  ).once("exit", ended);
}) as typeof spawn;

/** Replaces the address in an argument for workerd with a Unix socket. */
function onSocket(argument: string, folder: string): string {
  return argument
    .replace(/^--external-addr=loopback=.*/, `--external-addr=loopback=unix:${path.join(folder, LOOPBACK)}`)
    .replace(/^--socket-addr=entry=.*/, `--socket-addr=entry=unix:${path.join(folder, ENTRY)}`);
}
