import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { admitEveryUser } from "../../kit/private-ports";
import { foreignHost } from "../loopback-host";
import { BASE_PATH, createApp } from "./app";
import { failure } from "./envelope";
import { Store } from "./store";

export interface LocalCloudflareOptions {
  /** Bearer token that is accepted. Default: a random one. */
  apiToken?: string;
  /** Whether an upload without `keep_bindings` keeps the live secret_text and secret_key bindings. Default true. */
  keepSecrets?: boolean;
  /** The account's workers.dev subdomain. Default "local". */
  subdomain?: string;
  /** Loopback port, default 0 = any free. */
  port?: number;
  /**
   * Called for every request before it is handled. A Response that it returns is sent instead: tests inject
   * faults with this, and delays, because it may be async.
   */
  intercept?: (request: Request) => Response | undefined | Promise<Response | undefined>;
  /** Called after every answered request; `path` has the query, `requestBytes` is the length of the body. */
  onRequest?: (entry: { method: string; path: string; status: number; requestBytes: number }) => void;
}

export interface LocalCloudflare {
  /** `http://127.0.0.1:PORT/client/v4`, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiToken: string;
  /** Loopback URL on which a deployed Worker answers; undefined when there is no such Worker. */
  workerUrl(accountId: string, scriptName: string): string | undefined;
  /** Stops the API, every Worker and its workerd process. It may be called again. */
  close(): Promise<void>;
}

/** Starts a Cloudflare on this machine. Only this machine can reach it, and nothing of it is on disk. */
export async function startLocalCloudflare(options: LocalCloudflareOptions = {}): Promise<LocalCloudflare> {
  const { keepSecrets = true, subdomain = "local", port = 0 } = options;
  // As many characters as a real token has, of the kind that the provider accepts.
  const apiToken = options.apiToken ?? randomBytes(30).toString("base64url");
  const store = new Store();
  const app = createApp({ store, keepSecrets, subdomain }, apiToken);
  // Without this option the adapter would replace the Request and Response of the whole process.
  const listener = getRequestListener((request) => answer(request, options, (read) => app.fetch(read)), {
    overrideGlobalObjects: false,
  });
  const server = createServer((incoming, outgoing) => {
    const refusal = foreignHost(incoming);
    if (refusal === undefined) void listener(incoming, outgoing);
    else outgoing.writeHead(403).end(refusal);
  });
  admitEveryUser(server);
  await listen(server, port);

  let closing: Promise<void> | undefined;
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE_PATH}`,
    apiToken,
    workerUrl: (accountId, scriptName) => store.find(accountId, scriptName)?.url.href,
    close: () => (closing ??= close(server, store)),
  };
}

async function answer(
  incoming: Request,
  { intercept, onRequest }: LocalCloudflareOptions,
  handle: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  const { method, url } = incoming;
  const body = await incoming.arrayBuffer();
  const hasBody = body.byteLength > 0 && method !== "GET" && method !== "HEAD";
  const request = new Request(url, { method, headers: incoming.headers, ...(hasBody ? { body } : {}) });
  let response: Response;
  try {
    response = (await intercept?.(request.clone())) ?? (await handle(request));
  } catch (error) {
    response = failure(error);
  }
  const { pathname, search } = new URL(url);
  onRequest?.({ method, path: pathname + search, status: response.status, requestBytes: body.byteLength });
  return response;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function close(server: Server, store: Store): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // Requests that are being handled finish; no new one is taken.
  await store.close();
  server.closeAllConnections();
  await closed;
}
