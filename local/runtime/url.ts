import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { admitEveryUser } from "../../kit/private-ports";
import { foreignHost } from "../loopback-host";
import type { Instance } from "./instance";

/** How long a request to an older version may run after a new version is deployed. */
const DRAIN_MILLISECONDS = 30_000;
/** How long a request may run on if new ones wait for it to end. */
const PAUSE_MILLISECONDS = 2_000;

/** What answers requests. */
export type Serving = Omit<Instance, "startupMilliseconds">;

interface Backend {
  readonly instance: Serving;
  readonly agent: http.Agent;
  inFlight: number;
  drained: (() => void) | undefined;
}

/** A reverse proxy that gives a Worker a stable loopback URL in front of its current version. */
export class WorkerUrl {
  readonly #server: http.Server;
  readonly #retiring = new Set<Promise<void>>();
  /** Undefined while requests wait. */
  #backend: Backend | undefined;
  readonly #waiting: ((next: Backend) => void)[] = [];

  private constructor(server: http.Server) {
    this.#server = server;
    admitEveryUser(server);
    server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
      const refusal = foreignHost(request);
      if (refusal === undefined)
        void this.#next().then((target) => {
          forward(target, request, response);
        });
      else response.writeHead(403).end(refusal);
    });
    server.on("upgrade", (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
      if (foreignHost(request) === undefined) {
        void this.#next().then((target) => {
          upgrade(target, request, socket, head);
        });
      } else socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
    });
  }

  /** Requests wait until `swap` says what answers them. */
  static async open(): Promise<WorkerUrl> {
    const server = http.createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 });
    const url = new WorkerUrl(server);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return url;
  }

  get href(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sends new requests to `instance`. Requests in flight finish on the old version. */
  swap(instance: Serving): void {
    const old = this.#backend;
    const next = backend(instance);
    this.#backend = next;
    for (const resume of this.#waiting.splice(0)) resume(next);
    if (old === undefined) return;
    const retiring = drain(old, DRAIN_MILLISECONDS).finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
  }

  /** Lets requests wait for the next `swap`, and ends those in flight if they do not end soon. */
  async pause(): Promise<void> {
    const old = this.#backend;
    this.#backend = undefined;
    if (old !== undefined) await drain(old, PAUSE_MILLISECONDS);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await Promise.all([closed, this.#backend && retire(this.#backend), ...this.#retiring]);
  }

  #next(): Promise<Backend> {
    if (this.#backend !== undefined) return Promise.resolve(this.#backend);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function forward(target: Backend, request: http.IncomingMessage, response: http.ServerResponse): void {
  const { exports, hasAssets } = target.instance;
  // workerd would forward a request that the Worker does not handle to itself in an endless loop.
  const handler = isTrigger(request) ? "scheduled" : "fetch";
  if (!exports.handlers.includes(handler) && !(hasAssets && handler === "fetch")) {
    response.writeHead(500).end(`This Worker has no ${handler} handler.\n`);
    return;
  }
  target.inFlight += 1;
  response.once("close", () => {
    target.inFlight -= 1;
    if (target.inFlight === 0) target.drained?.();
  });
  const upstream = http.request(forwarded(target, request), (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    answer.pipe(response);
    answer.on("error", () => response.destroy());
  });
  upstream.on("error", () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end("The Workers runtime did not answer.\n");
  });
  response.once("close", () => upstream.destroy());
  request.pipe(upstream);
}

function backend(instance: Serving): Backend {
  // workerd closes connections after five idle seconds. We close them earlier, so that none is reused while it closes.
  const agent = new http.Agent({ keepAlive: true, timeout: 3_000 });
  return { instance, agent, inFlight: 0, drained: undefined };
}

async function drain(old: Backend, milliseconds: number): Promise<void> {
  if (old.inFlight > 0) {
    await new Promise<void>((resolve) => {
      old.drained = resolve;
      setTimeout(resolve, milliseconds).unref();
    });
  }
  await retire(old);
}

async function retire(old: Backend): Promise<void> {
  old.agent.destroy();
  await old.instance.dispose();
}

/** Whether a request calls the Worker's `scheduled` handler, as with `wrangler dev`. */
function isTrigger({ url = "" }: http.IncomingMessage): boolean {
  return /^\/cdn-cgi\/handler\/scheduled(\?|$)/.test(url);
}

function forwarded({ instance, agent }: Backend, request: http.IncomingMessage): http.RequestOptions {
  const { socketPath, triggerSocketPath, worker } = instance;
  // Raw headers preserve the client's names, order and Host.
  const { method, url: path, rawHeaders: headers } = request;
  const options = { agent, method, path, setHost: false };
  if (!isTrigger(request)) return { ...options, socketPath, headers };
  return {
    ...options,
    socketPath: triggerSocketPath,
    headers: { host: request.headers.host, "MF-Route-Override": worker },
  };
}

/** A deploy closes WebSockets without waiting for them, as Cloudflare does. */
function upgrade(target: Backend, request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
  const upstream = http.request({ ...forwarded(target, request), agent: false });
  const end = (): void => {
    socket.destroy();
    upstream.destroy();
  };
  upstream.once("upgrade", (answer, other, otherHead) => {
    const lines = answer.rawHeaders.flatMap((name, at, all) =>
      at % 2 === 0 ? [`${name}: ${all[at + 1] ?? ""}`] : [],
    );
    socket.write([`HTTP/1.1 101 ${answer.statusMessage ?? ""}`, ...lines, "", ""].join("\r\n"));
    socket.write(otherHead);
    other.write(head);
    socket.pipe(other).pipe(socket);
    other.on("error", end).once("close", end);
  });
  upstream.once("response", end).on("error", end);
  socket.on("error", end).once("close", end);
  upstream.end();
}
