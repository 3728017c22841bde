import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10];
const NORMAL = Buffer.from([1000 >> 8, 1000 & 0xff]);

/**
 * The server's end of a WebSocket that sends texts, and answers pings. Wrangler begins with a frame that is not masked:
 * Cloudflare accepts it, and libraries refuse it, as the standard demands. So this is our own.
 */
export class SendingSocket {
  #received = Buffer.alloc(0);

  private constructor(
    private readonly socket: Duplex,
    head: Buffer,
  ) {
    socket.on("data", (chunk: Buffer) => {
      this.#receive(chunk);
    });
    socket.on("error", () => socket.destroy());
    this.#receive(head);
  }

  /** Answers a request to upgrade; undefined if it asks for another protocol. */
  static accept(
    { headers }: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    protocol: string,
  ): SendingSocket | undefined {
    const key = headers["sec-websocket-key"];
    const protocols = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    if (key === undefined || !protocols.includes(protocol)) return undefined;
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    const lines = [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${accept}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    return new SendingSocket(socket, head);
  }

  onClose(listener: () => void): void {
    this.socket.once("close", listener);
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text));
  }

  close(): void {
    if (!this.socket.writable) return;
    this.#write(CLOSE, NORMAL);
    // Not every client closes its end.
    this.socket.end(() => this.socket.destroy());
  }

  #write(opcode: number, payload: Buffer): void {
    const { length } = payload;
    const size = Buffer.alloc(length < 126 ? 1 : length < 65_536 ? 3 : 9);
    if (length < 126) size.writeUInt8(length);
    else if (length < 65_536) size.writeUInt16BE(length, size.writeUInt8(126));
    else size.writeBigUInt64BE(BigInt(length), size.writeUInt8(127));
    this.socket.write(Buffer.concat([Buffer.from([0x80 | opcode]), size, payload]));
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const frame = firstFrame(this.#received);
      if (frame === "too long") this.close();
      if (frame === undefined || frame === "too long") return;
      this.#received = this.#received.subarray(frame.bytes);
      if (frame.opcode === PING) this.#write(PONG, frame.payload);
      if (frame.opcode === CLOSE) this.close();
    }
  }
}

/** The first frame of what was received; undefined if it is not complete. */
function firstFrame(
  data: Buffer,
): { opcode: number; payload: Buffer; bytes: number } | undefined | "too long" {
  const [first, second] = data;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  // Above 64 KiB.
  if (short === 127) return "too long";
  const start = short === 126 ? 4 : 2;
  if (data.length < start) return undefined;
  const length = short === 126 ? data.readUInt16BE(2) : short;
  const isMasked = second >= 0x80;
  const bytes = start + (isMasked ? 4 : 0) + length;
  if (data.length < bytes) return undefined;
  const payload = Buffer.from(data.subarray(bytes - length, bytes));
  if (isMasked) payload.forEach((byte, at) => (payload[at] = byte ^ (data[start + (at % 4)] ?? 0)));
  return { opcode: first & 0x0f, payload, bytes };
}
