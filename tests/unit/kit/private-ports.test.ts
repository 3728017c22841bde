import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { makePortsPrivate } from "../../../kit/private-ports";

/** Writes to a port and resets the connection. */
const RESETS = `
const socket = require("net").connect(Number(process.argv[1]), "127.0.0.1", () => {
  socket.write("a request", () => socket.resetAndDestroy());
});
socket.on("close", () => process.exit());
`;

test("a request whose sender has reset its connection is not read, because its sender is not known", async () => {
  makePortsPrivate();
  let read = "";
  const server = createServer((socket) => {
    socket.on("error", () => undefined).on("data", (data) => (read += data.toString()));
  }).listen(0, "127.0.0.1");
  server.unref();
  await once(server, "listening");
  const connection = once(server, "connection") as Promise<[Socket]>;
  // The process is busy while that happens, so it accepts the connection only afterwards.
  execFileSync(process.execPath, ["-e", RESETS, String((server.address() as AddressInfo).port)]);
  const [socket] = await connection;
  if (!socket.closed) await once(socket, "close");
  expect(read).toBe("");
  server.close();
});
