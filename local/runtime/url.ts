import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { admitEveryUser } from "../../kit/private-ports";
import { foreignHost } from "../loopback-host";
import { type Answering, type Backend, backend, drain, retire, type Serving } from "./backend";
import { chosen } from "./shares";
import { wantTraces } from "./tail";
import { answerWithoutUpgrade, forward, upgrade } from "./forward";

/** How long a request to an older version may run after a new version is deployed. */
const DRAIN_MILLISECONDS = 30_000;
/** How long a request may run on if new ones wait for it to end. */
const PAUSE_MILLISECONDS = 2_000;

/** A request that was answered. */
export interface Answered {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** A reverse proxy that gives a Worker a stable loopback URL in front of its current version. */
export class WorkerUrl {
  readonly #server: http.Server;
  readonly #retiring = new Set<Promise<void>>();
  /** Empty while requests wait. The one with the largest share is the first. */
  #backends: readonly Backend[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Called for each request that was answered. */
  onAnswered: ((request: Answered) => void) | undefined;

  private constructor(server: http.Server) {
    this.#server = server;
    admitEveryUser(server);
    server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
      this.#report(request, response);
      const refusal = foreignHost(request);
      if (refusal === undefined)
        void this.#next(request).then((target) => {
          forward(target, request, response);
        });
      else response.writeHead(403).end(refusal);
    });
    server.on("upgrade", (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.headers.upgrade?.toLowerCase() !== "websocket") {
        // workerd upgrades to nothing else.
        answerWithoutUpgrade(server, request, socket, head);
      } else if (foreignHost(request) === undefined) {
        void this.#next(request).then((target) => {
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
  static async open(firstPort: number): Promise<WorkerUrl> {
    const server = http.createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 });
    const url = new WorkerUrl(server);
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

  /** Sends new requests to these versions. Requests in flight finish on the old ones. */
  swap(answering: readonly Answering[]): void {
    const old = this.#backends;
    this.#backends = answering.map(backend);
    for (const resume of this.#waiting.splice(0)) resume();
    for (const one of old) {
      const retiring = drain(one, DRAIN_MILLISECONDS).finally(() => this.#retiring.delete(retiring));
      this.#retiring.add(retiring);
    }
  }

  /** Whether this answers requests now. */
  uses(serving: Serving): boolean {
    return this.#backends.some(({ instance }) => instance === serving);
  }

  /** Lets requests wait for the next `swap`, and ends those in flight if they do not end soon. */
  async pause(): Promise<void> {
    const old = this.#backends;
    this.#backends = [];
    await Promise.all(old.map((one) => drain(one, PAUSE_MILLISECONDS)));
  }

  /** Lets the Worker's traces reach those who want them, until another version is deployed. */
  async trace(): Promise<void> {
    await this.#isAnswering();
    await Promise.all(this.#backends.map(({ instance }) => wantTraces(instance.tailSocketPath)));
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await Promise.all([closed, ...this.#backends.map(retire), ...this.#retiring]);
  }

  #report({ method = "", url: path = "" }: http.IncomingMessage, response: http.ServerResponse): void {
    const received = performance.now();
    response.once("finish", () => {
      const milliseconds = performance.now() - received;
      this.onAnswered?.({ method, path, status: response.statusCode, milliseconds });
    });
  }

  async #next(request: http.IncomingMessage): Promise<Backend> {
    for (;;) {
      const [first] = this.#backends;
      if (first !== undefined) return chosen(this.#backends, request) ?? first;
      await this.#isAnswering();
    }
  }

  async #isAnswering(): Promise<void> {
    if (this.#backends.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
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
