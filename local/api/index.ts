import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { admitEveryUser } from "../../kit/private-ports";
import { foreignHost } from "../loopback-host";
import { BASE_PATH, checkToken, createApp } from "./app";
import { AssetUploads } from "./assets";
import { failure } from "./envelope";
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

export interface LocalCloudflareOptions {
  /** The accepted bearer token. Default: a random one. */
  apiToken?: string;
  /** Whether an upload without `keep_bindings` keeps the live secret_text and secret_key bindings. Default true. */
  keepSecrets?: boolean;
  /**
   * Whether an upload with an empty `keep_bindings` keeps them as one without it does, or removes them. Which one
   * Cloudflare does is not known. Default false.
   */
  emptyListKeepsSecrets?: boolean;
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
  /**
   * Called before each request is handled. If it returns a Response, that is sent instead. Tests inject faults with it,
   * and delays, because it may be async.
   */
  intercept?: (request: Request) => Response | undefined | Promise<Response | undefined>;
  /** Called for each request that a Worker answered, and for all that it printed and threw. */
  onWorkerEvent?: ((event: WorkerEvent) => void) | undefined;
  /** Called after each response; `path` includes the query, `requestBytes` is the length of the body. */
  onRequest?: (entry: { method: string; path: string; status: number; requestBytes: number }) => void;
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
  const app = createApp({ store, resources, assets, keepSecrets, emptyListKeepsSecrets, subdomain });
  // Otherwise the adapter replaces the global Request and Response of the process.
  const listener = getRequestListener(
    (request) => answer(request, apiToken, options, (read) => app.fetch(read)),
    {
      overrideGlobalObjects: false,
    },
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

async function answer(
  incoming: Request,
  apiToken: string,
  { intercept, onRequest }: LocalCloudflareOptions,
  handle: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  const { method, url } = incoming;
  const { headers } = incoming;
  let response: Response;
  let requestBytes = 0;
  try {
    // Before the body is read: it can be large, and its sender may have no token.
    checkToken(new URL(url).pathname, headers.get("authorization"), apiToken);
    const body = await incoming.arrayBuffer();
    requestBytes = body.byteLength;
    const hasBody = requestBytes > 0 && method !== "GET" && method !== "HEAD";
    const request = new Request(url, { method, headers, ...(hasBody ? { body } : {}) });
    response = (await intercept?.(request.clone())) ?? (await handle(request));
  } catch (error) {
    response = failure(error);
  }
  const { pathname, search } = new URL(url);
  onRequest?.({ method, path: pathname + search, status: response.status, requestBytes });
  return response;
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
