import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs/promises";
import { createServer } from "node:net";
import { promisify } from "node:util";

const LISTENING = "0A";
/** An unprivileged user id that every Linux has. */
const STRANGER = 65534;

/** Only root can start a process of another user. */
export const canBeStranger = process.platform === "linux" && process.geteuid?.() === 0;

/** The TCP ports on which this process and its descendants listen, except the engine's. */
export async function listeningPorts(): Promise<number[]> {
  const sockets = new Set((await Promise.all((await family(process.pid)).map(socketsOf))).flat());
  const tables = await Promise.all(["tcp", "tcp6"].map((table) => fs.readFile(`/proc/net/${table}`, "utf8")));
  return tables
    .flatMap((table) => table.split("\n").map((row) => row.trim().split(/\s+/)))
    .filter(([, , , state, , , , , , inode = ""]) => state === LISTENING && sockets.has(inode))
    .map(([, local = ""]) => Number.parseInt(local.split(":")[1] ?? "", 16));
}

async function family(pid: number): Promise<number[]> {
  const children = (await fs.readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "")).split(
    " ",
  );
  const others = await Promise.all(
    children
      .filter((child) => child !== "")
      .map(async (child) => {
        const name = await fs.readFile(`/proc/${child}/comm`, "utf8").catch(() => "");
        return name.startsWith("pulumi") ? [] : family(Number(child));
      }),
  );
  return [pid, ...others.flat()];
}

async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const files = await fs.readdir(folder).catch(() => []);
  const targets = await Promise.all(files.map((file) => fs.readlink(`${folder}/${file}`).catch(() => "")));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

/** Runs a script in a new node process, as this user or another one, and returns its output. */
export async function runAs(user: "stranger" | "self", script: string, ...args: string[]): Promise<string> {
  const as = user === "stranger" ? { uid: STRANGER, gid: STRANGER } : {};
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script, ...args], {
    cwd: "/",
    ...as,
  });
  return stdout;
}

/** The first of some free ports in a row, below those that the system gives to others. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = randomInt(10_000, 30_000);
    const ports = Array.from({ length: count }, (_, place) => first + place);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
