import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { admitEveryUser } from "../../kit/private-ports";
import { foreignHost } from "../loopback-host";
import { answer, type Observers } from "./answer";
import { BASE_PATH, createApp } from "./app";
import { AssetUploads } from "./assets";
import type { Context } from "./context";
import { Kept } from "./kept";
import { Resources } from "./resources";
import { answerWithoutUpgrade } from "../runtime/forward";
import { Store } from "./store";
import { isTail } from "./tails";
import { type Code, stopTrying, tryCode } from "./try-code";
import { live, type WorkerPlace } from "./worker";
import type { WorkerEvent } from "./worker-events";

export type { WorkerPlace } from "./worker";
export type { WorkerEvent } from "./worker-events";

export interface LocalCloudflareOptions extends Observers {
  /** The token that may do everything. Default: a random one. Tokens that are created here may do what they say. */
  apiToken?: string;
  /** Whether an upload without `keep_bindings` keeps the live secret_text and secret_key bindings. Default true. */
  keepSecrets?: boolean;
  /**
   * Whether an upload with an empty `keep_bindings` keeps them as one without it does, or removes them. Which one
   * Cloudflare does is not known. Default false.
   */
  emptyListKeepsSecrets?: boolean;
  /** The clock by which tokens expire. Default: the machine's. */
  now?: () => Date;
  /** The account's workers.dev subdomain. Default "local". */
  subdomain?: string;
  /** The API's loopback port, default 0 = any free. */
  port?: number;
  /** Where a Worker's URL is. Default: a URL of its own on any free port. */
  placeOf?: ((accountId: string, scriptName: string) => WorkerPlace) | undefined;
  /**
   * Keeps the data of KV, D1, R2, Durable Objects and workflows for later, and no secret. Created if it does not exist; one
   * process at a time can use it. Default: a temporary folder, removed by `close`.
   */
  dataFolder?: string | undefined;
  /** Called for each request that a Worker answered, and for all that it printed and threw. */
  onWorkerEvent?: ((event: WorkerEvent) => void) | undefined;
}

export interface LocalCloudflare {
  /** `http://127.0.0.1:PORT/client/v4`, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiToken: string;
  /** The loopback URL of a deployed Worker; undefined if the Worker does not exist. */
  workerUrl(accountId: string, scriptName: string): string | undefined;
  /** Whether a deployed Worker answers requests: one that only consumes a queue, for example, does not. */
  answersRequests(accountId: string, scriptName: string): boolean;
  /** See `tryCode` in try-code.ts. */
  tryCode(accountId: string, scriptName: string, code: Code): Promise<string | undefined>;
  /** Lets a Worker answer with its deployed code again. */
  stopTrying(accountId: string, scriptName: string): Promise<void>;
  /** Stops the API, every Worker and its workerd process. Can be called more than once. */
  close(): Promise<void>;
}

/**
 * Starts a local Cloudflare. Only this machine can reach it, and it keeps everything in memory, but for the data in
 * `dataFolder`.
 *
 * @throws Error if the port or the folder is in use
 */
export async function startLocalCloudflare(options: LocalCloudflareOptions = {}): Promise<LocalCloudflare> {
  const { keepSecrets = true, emptyListKeepsSecrets = false, subdomain = "local", port = 0 } = options;
  // The length of a real token, in characters that the official provider accepts.
  const apiToken = options.apiToken ?? randomBytes(30).toString("base64url");
  const resources = new Resources(Kept.open(options.dataFolder));
  const store = new Store(resources, options.placeOf, options.onWorkerEvent);
  const assets = new AssetUploads();
  const { now = () => new Date() } = options;
  const context: Context = {
    store,
    resources,
    assets,
    keepSecrets,
    emptyListKeepsSecrets,
    subdomain,
    now,
    callers: new WeakMap(),
  };
  const app = createApp(context);
  // Otherwise the adapter replaces the global Request and Response of the process.
  const listener = getRequestListener(
    (request, { incoming }) => {
      const address = incoming.socket.remoteAddress ?? "";
      return answer(request, address, { app, context, apiToken, ...options });
    },
    { overrideGlobalObjects: false },
  );
  const server = createServer((incoming, outgoing) => {
    const refusal = foreignHost(incoming);
    if (refusal === undefined) void listener(incoming, outgoing);
    else outgoing.writeHead(403).end(refusal);
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isTail(incoming)) answerWithoutUpgrade(server, incoming, socket, head);
    else if (foreignHost(incoming) === undefined) store.tails.connect(incoming, socket, head);
    else socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
  });
  admitEveryUser(server);
  await listen(server, port);

  let closing: Promise<void> | undefined;
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE_PATH}`,
    apiToken,
    workerUrl: (accountId, scriptName) => store.find(accountId, scriptName)?.url.href,
    answersRequests: (accountId, scriptName) => {
      const worker = store.find(accountId, scriptName);
      if (worker === undefined) return false;
      return live(worker).exports.handlers.includes("fetch") || live(worker).assets !== undefined;
    },
    tryCode: (accountId, scriptName, code) => tryCode(store, accountId, scriptName, code),
    stopTrying: (accountId, scriptName) => stopTrying(store, accountId, scriptName),
    close: () => (closing ??= close(server, store, assets)),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function close(server: Server, store: Store, assets: AssetUploads): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // Requests in flight finish; new ones are refused.
  await store.close();
  await assets.close();
  server.closeAllConnections();
  await closed;
}
