import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isObject, type JsonObject } from "../../kit/json";
import { type Context, workerRoutes } from "./context";
import { hexId } from "./collections";
import { ApiError, page, success } from "./envelope";
import { parseObject } from "./parse-object";
import type { Worker } from "./worker";
import { passes } from "./tail-filters";
import { SendingSocket } from "./web-socket";

const LIFE_MS = 6 * 60 * 60 * 1000;
const PROTOCOL = "trace-v1";

interface Tail {
  readonly id: string;
  /** Part of its URL, which needs no other token. */
  readonly key: string;
  readonly worker: Worker;
  readonly filters: readonly JsonObject[];
  readonly expires_at: string;
  readonly sockets: Set<SendingSocket>;
  readonly timer: NodeJS.Timeout;
}

const PATH = "/tails/";

/** Whether a request is for the WebSocket of a tail. */
export function isTail({ url, headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket" && url?.startsWith(PATH) === true;
}

/** Those who listen to what Workers do: `wrangler tail`. */
export class Tails {
  readonly #tails = new Map<string, Tail>();

  open(worker: Worker, filters: readonly JsonObject[]): Tail {
    const id = hexId();
    const key = randomBytes(24).toString("base64url");
    const timer = setTimeout(() => {
      this.end(id);
    }, LIFE_MS).unref();
    const expires_at = new Date(Date.now() + LIFE_MS).toISOString();
    const tail = { id, key, worker, filters, expires_at, sockets: new Set<SendingSocket>(), timer };
    this.#tails.set(id, tail);
    return tail;
  }

  of(worker: Worker): Tail[] {
    return [...this.#tails.values()].filter((tail) => tail.worker === worker);
  }

  end(id: string): void {
    const tail = this.#tails.get(id);
    if (tail === undefined) return;
    this.#tails.delete(id);
    clearTimeout(tail.timer);
    for (const socket of tail.sockets) socket.close();
  }

  endAll(): void {
    for (const id of this.#tails.keys()) this.end(id);
  }

  send(worker: Worker, event: JsonObject): void {
    for (const { sockets, filters } of this.of(worker)) {
      if (sockets.size === 0 || !passes(event, filters)) continue;
      const text = JSON.stringify(event);
      for (const socket of sockets) socket.send(text);
    }
  }

  /** Connects a client, or refuses it. */
  connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const tail = [...this.#tails.values()].find(({ key }) => request.url === `${PATH}${key}`);
    const accepted = tail && SendingSocket.accept(request, socket, head, PROTOCOL);
    if (tail === undefined || accepted === undefined) {
      socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
      return;
    }
    tail.sockets.add(accepted);
    accepted.onClose(() => tail.sockets.delete(accepted));
  }
}

/** Opening, listing and ending tails. */
export function tailRoutes({ store }: Context) {
  const { tails } = store;
  return workerRoutes()
    .get("/scripts/:name/tails", (c) => {
      const open = tails.of(store.get(c.var.account, c.req.param("name")));
      const shown = open.map(({ id, expires_at }) => ({ id, expires_at }));
      return success(shown, page(shown));
    })
    .post("/scripts/:name/tails", async (c) => {
      const { account } = c.var;
      const { name } = c.req.param();
      const text = await c.req.text();
      const { filters } = text === "" ? {} : parseObject(text);
      const wanted: unknown[] = Array.isArray(filters) ? filters : [];
      // A version that is being deployed has begun without the tail.
      return store.exclusive(account, name, async () => {
        const worker = store.get(account, name);
        const { id, key, expires_at } = tails.open(worker, wanted.filter(isObject));
        await worker.url.trace();
        return success({ id, url: `ws://${new URL(c.req.url).host}${PATH}${key}`, expires_at });
      });
    })
    .delete("/scripts/:name/tails/:tail", (c) => {
      const { name, tail: id } = c.req.param();
      const found = tails.of(store.get(c.var.account, name)).find((tail) => tail.id === id);
      // The code is a guess.
      if (found === undefined) throw new ApiError(404, 10025, "This tail does not exist, or has expired.");
      tails.end(id);
      return success(null);
    });
}
