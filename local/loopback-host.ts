import type { IncomingMessage } from "node:http";

/** Host names that always resolve to this machine, so no web page can be served under one of them. */
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9_-]+\.)*localhost)$/i;

/**
 * Returns why a request is refused, or undefined if its Host is a loopback name. A web page can make its own name
 * resolve to 127.0.0.1 (DNS rebinding) and then read the responses; its requests carry that name as their Host.
 */
export function foreignHost({ headers, socket }: IncomingMessage): string | undefined {
  const [, name = "", port = "80"] = /^(.*?)(?::(\d+))?$/.exec(headers.host ?? "") ?? [];
  if (LOOPBACK.test(name) && Number(port) === socket.localPort) return undefined;
  return `This server answers only under its own address: http://127.0.0.1:${socket.localPort ?? 0}\n`;
}
