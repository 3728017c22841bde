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
export type Serving = Omit<Instance, "startupMilliseconds" | "crashed">;

/** A request that was answered. */
export interface Answered {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}

type OnAnswered = (request: Answered) => void;

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
      if (request.headers.upgrade?.toLowerCase() !== "websocket") {
        // workerd upgrades to nothing else, so it answers the request as if the client had not asked.
        socket.unshift(Buffer.concat([withoutUpgrade(request), head]));
        server.emit("connection", socket);
      } else if (foreignHost(request) === undefined) {
        void this.#next().then((target) => {
          upgrade(target, request, socket, head);
        });
      } else socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
    });
  }

  /**
   * Requests wait until `swap` says what answers them.
   *
   * @param firstPort the port, or if it is in use, the next free one after it; 0 for any
   */
  static async open(firstPort: number, onAnswered?: OnAnswered): Promise<WorkerUrl> {
    const server = http.createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 });
    const url = new WorkerUrl(server);
    if (onAnswered !== undefined) server.on("request", report(onAnswered));
    for (let port = firstPort; ; port += 1) {
      try {
        await listen(server, port);
        return url;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      }
    }
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

function listen(server: http.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function report(onAnswered: OnAnswered): http.RequestListener {
  return ({ method = "", url: path = "" }, response) => {
    const received = performance.now();
    response.once("finish", () => {
      onAnswered({ method, path, status: response.statusCode, milliseconds: performance.now() - received });
    });
  };
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
  const { socketPath, triggerSocketPath, worker, cf } = instance;
  const { method, url: path, rawHeaders } = request;
  const options = { agent, method, path, setHost: false };
  if (isTrigger(request)) {
    const headers = { host: request.headers.host, "MF-Route-Override": worker };
    return { ...options, socketPath: triggerSocketPath, headers };
  }
  // Raw headers preserve the client's names, order and Host. Miniflare's own are not the client's to send.
  const names = rawHeaders.filter((_, at) => at % 2 === 0);
  const headers = names.flatMap((name, at) =>
    /^mf-/i.test(name) ? [] : [name, rawHeaders[at * 2 + 1] ?? ""],
  );
  return { ...options, socketPath, headers: [...headers, "MF-CF-Blob", cf] };
}

/** A deploy closes WebSockets without waiting for them, as Cloudflare does. */
function upgrade(target: Backend, request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
  const upstream = http.request({ ...forwarded(target, request), agent: false });
  const end = (): void => {
    socket.destroy();
    upstream.destroy();
  };
  upstream.once("upgrade", (answer, other, otherHead) => {
    socket.write(headOf(`HTTP/1.1 101 ${answer.statusMessage ?? ""}`, answer));
    socket.write(otherHead);
    other.write(head);
    socket.pipe(other).pipe(socket);
    other.on("error", end).once("close", end);
  });
  // The Worker refuses, or answers as to any request.
  upstream.once("response", (answer) => {
    const { statusCode = 502, statusMessage = "" } = answer;
    // Its body comes decoded, and the end of the connection ends it.
    const without = ["connection", "keep-alive", "transfer-encoding"];
    const line = `HTTP/1.1 ${statusCode} ${statusMessage}\r\nconnection: close`;
    socket.write(headOf(line, answer, without));
    answer.pipe(socket);
  });
  upstream.on("error", end);
  socket.on("error", end).once("close", end);
  upstream.end();
}

/** The head of a request that asked to upgrade, without the question. */
function withoutUpgrade(request: http.IncomingMessage): Buffer {
  const { method = "", url = "", httpVersion } = request;
  const line = `${method} ${url} HTTP/${httpVersion}`;
  return Buffer.from(headOf(line, request, ["connection", "upgrade", "http2-settings"]), "latin1");
}

/** The head of a message, without some of its headers. */
function headOf(line: string, { rawHeaders }: http.IncomingMessage, without: readonly string[] = []): string {
  const lines = rawHeaders.flatMap((name, at, all) =>
    at % 2 === 0 && !without.includes(name.toLowerCase()) ? [`${name}: ${all[at + 1] ?? ""}`] : [],
  );
  return [line, ...lines, "", ""].join("\r\n");
}
