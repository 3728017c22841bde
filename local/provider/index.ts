import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { makePortsPrivate } from "../../kit/private-ports";
import type { Connection } from "./api";
import { createService } from "./service";

export interface RunningProvider {
  /** For `PULUMI_DEBUG_PROVIDERS=cloudflare:<port>`. */
  readonly port: number;
  /** The environment variables that make the engine use this provider. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts the stand-in for Cloudflare's provider on loopback. It runs in this process, so no child can outlive it and
 * no token has to be passed to one.
 */
export async function startProvider(
  options: Connection & { signal?: AbortSignal },
): Promise<RunningProvider> {
  const { signal } = options;
  signal?.throwIfAborted();
  // The engine connects without a token, and this provider uses its own API token for every caller.
  makePortsPrivate();
  // One message holds a whole Worker.
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  server.addService(ResourceProviderService, createService(options));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  const stop = () => {
    server.forceShutdown();
  };
  signal?.addEventListener("abort", stop, { once: true });
  return {
    port,
    env: { PULUMI_DEBUG_PROVIDERS: `cloudflare:${port}` },
    close: () => {
      signal?.removeEventListener("abort", stop);
      stop();
      return Promise.resolve();
    },
  };
}
