import http from "node:http";
import type { Duplex } from "node:stream";
import type { Backend } from "./backend";

/** Sends a request on, and its answer back. */
export function forward(target: Backend, request: http.IncomingMessage, response: http.ServerResponse): void {
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

/** Whether a request calls the Worker's `scheduled` handler, as with `wrangler dev`. */
function isTrigger({ url = "" }: http.IncomingMessage): boolean {
  return /^\/cdn-cgi\/handler\/scheduled(\?|$)/.test(url);
}

function forwarded({ instance, agent }: Backend, request: http.IncomingMessage): http.RequestOptions {
  const { socketPath, triggerSocketPath, worker, cf } = instance;
  const { method, url: path } = request;
  const options = { agent, method, path, setHost: false };
  if (isTrigger(request)) {
    const headers = { host: request.headers.host, "MF-Route-Override": worker };
    return { ...options, socketPath: triggerSocketPath, headers };
  }
  // Raw headers preserve the client's names, order and Host. Miniflare's own are not the client's to send.
  const headers = headersOf(request).filter(([name]) => !/^mf-/i.test(name));
  return { ...options, socketPath, headers: [...headers.flat(), "MF-CF-Blob", cf] };
}

/** The headers of a message as they were sent. */
function headersOf({ rawHeaders }: http.IncomingMessage): (readonly [name: string, value: string])[] {
  return rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [[name, all[at + 1] ?? ""] as const] : []));
}

/** A deploy closes WebSockets without waiting for them, as Cloudflare does. */
export function upgrade(target: Backend, request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
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

/** Lets a server answer a request as if the client had not asked to upgrade. */
export function answerWithoutUpgrade(
  server: http.Server,
  request: http.IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.unshift(Buffer.concat([withoutUpgrade(request), head]));
  server.emit("connection", socket);
}

/** The head of a request that asked to upgrade, without the question. */
function withoutUpgrade(request: http.IncomingMessage): Buffer {
  const { method = "", url = "", httpVersion } = request;
  const line = `${method} ${url} HTTP/${httpVersion}`;
  return Buffer.from(headOf(line, request, ["connection", "upgrade", "http2-settings"]), "latin1");
}

/** The head of a message, without some of its headers. */
function headOf(line: string, message: http.IncomingMessage, without: readonly string[] = []): string {
  const headers = headersOf(message).filter(([name]) => !without.includes(name.toLowerCase()));
  return [line, ...headers.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");
}
