import { execFileSync } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import * as fs from "node:fs";
import type { Server, Socket } from "node:net";

const welcome = new WeakSet<Socket>();
let isPrivate = false;

/**
 * From now on, closes every TCP connection to this process from another user of this machine. Loopback keeps out other
 * machines but not other local users, and the engine's connections to a provider and to a program in this process
 * carry no token. We use one of node's diagnostics channels, which reports the connections of all servers, including
 * those that libraries open. Unix sockets are protected by their file's permissions instead.
 */
export function makePortsPrivate(): void {
  if (isPrivate) return;
  isPrivate = true;
  subscribe("net.server.socket", (message) => {
    const { socket } = message as { socket: Socket };
    // A peer that was reset before it was accepted has no remote port either, and what it sent can still be read.
    const isUnix = socket.remotePort === undefined && socket.localPort === undefined;
    if (!isUnix && !welcome.has(socket) && !isFromThisUser(socket)) socket.destroy();
  });
}

/** Exempts a server that authenticates its clients itself. */
export function admitEveryUser(server: Server): void {
  server.on("connection", (socket) => welcome.add(socket));
}

/** The two ends of a connection, with the names of node's Socket. */
interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localPort?: number | undefined;
}

/** Whether the other end of a loopback connection belongs to this user; false if the system does not say. */
export function isFromThisUser(
  { remoteAddress = "", remotePort, localPort }: Ends,
  platform = process.platform,
): boolean {
  const user = process.geteuid?.();
  if (user === undefined || remotePort === undefined || localPort === undefined) return false;
  const address = remoteAddress.replace(/^::ffff:/, "");
  if (platform !== "linux") return isInLsof(user, `${address}:${remotePort}->`, localPort, remotePort);
  const far = `${hexAddress(address)}:${hexPort(remotePort)}`;
  return ["/proc/net/tcp", "/proc/net/tcp6"].some((file) =>
    rowsWith(far, file).some(
      ([, local = "", remote = "", state, , , , uid, , inode]) =>
        // A closed socket has no inode and is listed as root's.
        local.endsWith(far) &&
        remote.endsWith(`:${hexPort(localPort)}`) &&
        state === ESTABLISHED &&
        inode !== "0" &&
        Number(uid) === user,
    ),
  );
}

const ESTABLISHED = "01";

/** The table lists every connection of the machine, and is read for each new one. */
function rowsWith(address: string, file: string): string[][] {
  if (!fs.existsSync(file)) return [];
  const rows = fs.readFileSync(file, "utf8").split("\n");
  return rows.filter((row) => row.includes(address)).map((row) => row.trim().split(/\s+/));
}

/** The IPv4 address as Linux prints it: little-endian. In the IPv6 table a longer number ends in the same digits. */
function hexAddress(address: string): string {
  const bytes = address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return bytes.reverse().join("").toUpperCase();
}

function hexPort(port: number): string {
  return port.toString(16).padStart(4, "0").toUpperCase();
}

/** Unless run by root, lsof lists only the sockets of its own user; `-u` restricts it for root too. */
function isInLsof(user: number, from: string, localPort: number, remotePort: number): boolean {
  try {
    const args = ["-nP", "-a", "-u", String(user), `-iTCP:${remotePort}`, "-sTCP:ESTABLISHED", "-Fn"];
    const lines = execFileSync("lsof", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split(
      "\n",
    );
    return lines.some((line) => line.startsWith(`n${from}`) && line.endsWith(`:${localPort}`));
  } catch {
    return false;
  }
}
