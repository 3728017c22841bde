import type { IncomingMessage } from "node:http";

/** Names that every browser resolves to this machine: no web page can have one as its own. */
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9_-]+\.)*localhost)$/i;

/**
 * Why a request is refused, or undefined for one to this machine under a name of this machine. A web page can let its
 * own name resolve to 127.0.0.1 (DNS rebinding) and then read the answers; its requests carry that name as their Host.
 */
export function foreignHost({ headers, socket }: IncomingMessage): string | undefined {
  const [, name = "", port = "80"] = /^(.*?)(?::(\d+))?$/.exec(headers.host ?? "") ?? [];
  if (LOOPBACK.test(name) && Number(port) === socket.localPort) return undefined;
  return `This server answers only under its own address: http://127.0.0.1:${socket.localPort ?? 0}\n`;
}
