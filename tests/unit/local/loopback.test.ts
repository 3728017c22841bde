import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import { spawnSync } from "node:child_process";
import * as net from "node:net";
import { isFromThisUser, makePortsPrivate } from "../../../kit/private-ports";
import { foreignHost } from "../../../local/loopback-host";

function asking(host: string | undefined): IncomingMessage {
  return { headers: { host }, socket: { localPort: 8787 } } as unknown as IncomingMessage;
}

it.each(["127.0.0.1:8787", "localhost:8787", "LOCALHOST:8787", "[::1]:8787", "worker.localhost:8787"])(
  "the Host %s is accepted",
  (host) => {
    expect(foreignHost(asking(host))).toBeUndefined();
  },
);

it.each([
  undefined,
  "",
  "evil.example:8787",
  "localhost.evil.example:8787",
  "evil-localhost:8787",
  "127.0.0.1",
  "localhost:8788",
  "localhost:8787:8787",
  "127.0.0.1:8787@evil.example",
  "0x7f.1:8787",
])("the Host %s is refused with the right address", (host) => {
  expect(foreignHost(asking(host))).toMatch(/http:\/\/127\.0\.0\.1:8787\n$/);
});

describe("a connection of this user", () => {
  const connected = async (use: (near: net.Socket, far: net.Socket) => void | Promise<void>) => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const far = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
    const [near] = (await once(server, "connection")) as [net.Socket];
    await use(near, far);
    far.destroy();
    near.destroy();
    server.close();
    await once(server, "close");
  };

  it("is recognized, unlike a closed or nonexistent one", () =>
    connected(async (near, far) => {
      expect(isFromThisUser(near)).toBe(true);
      const { localPort, remoteAddress, remotePort } = near;
      expect(isFromThisUser({ localPort, remoteAddress, remotePort: 1 })).toBe(false);
      expect(isFromThisUser({ localPort: 1, remoteAddress, remotePort })).toBe(false);
      expect(isFromThisUser({ localPort, remoteAddress: "127.0.0.2", remotePort })).toBe(false);
      expect(isFromThisUser({})).toBe(false);
      far.destroy();
      await once(near.resume(), "close");
      expect(isFromThisUser({ localPort, remoteAddress, remotePort })).toBe(false);
    }));

  it("stays open when ports are private", () => {
    makePortsPrivate();
    makePortsPrivate();
    return connected(async (near, far) => {
      near.end("hello");
      const [data] = (await once(far, "data")) as [Buffer];
      expect(data.toString()).toBe("hello");
    });
  });

  // lsof is only needed on macOS, which always has it.
  const withLsof = spawnSync("lsof", ["-v"]).error === undefined ? it : it.skip;
  withLsof("is recognized with lsof on systems without /proc", () =>
    connected((near) => {
      const { localPort, remoteAddress, remotePort } = near;
      expect(isFromThisUser(near, "darwin")).toBe(true);
      expect(isFromThisUser({ localPort, remoteAddress, remotePort: 1 }, "darwin")).toBe(false);
      expect(isFromThisUser({ localPort: 1, remoteAddress, remotePort }, "darwin")).toBe(false);
    }),
  );
});
