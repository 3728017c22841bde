import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { startTarget } from "../harness/target";
import { findTools } from "../harness/tools";
import type { LocalCloudflare, LocalCloudflareOptions } from "../local/api";
import type { ProviderChoice } from "../local/provider/official";
import type { Bench } from "./rounds";
import { ACCOUNT_ID, PASSPHRASE } from "./worker-program";

/** A Cloudflare on this machine, and the stacks that deploy to it. */
export interface World {
  readonly cloudflare: LocalCloudflare;
  readonly provider: ProviderChoice;
  readonly openStack: (stackName: string, program: PulumiFn) => Promise<Stack>;
  /** What was sent since the last call. The bytes are those of the requests' bodies. */
  readonly takeTraffic: () => { requests: number; bytes: number };
  /** Creates a resource of the account, and returns it. */
  readonly post: (place: string, body: object) => Promise<Record<string, unknown>>;
  /** Deletes a Worker, so that its process does not disturb the next run. */
  readonly deleteWorker: (name: string) => Promise<void>;
}

/** @param intercept answers requests instead of the API */
export async function withWorld<T>(
  bench: Bench,
  use: (world: World) => Promise<T>,
  { intercept }: Pick<LocalCloudflareOptions, "intercept"> = {},
): Promise<T> {
  const { folder, progress } = bench;
  const { provider } = await findTools(progress);
  progress(provider.reason);
  let traffic = { requests: 0, bytes: 0 };
  const target = await startTarget({
    ...(intercept === undefined ? {} : { intercept }),
    onRequest: ({ requestBytes }) => {
      traffic = { requests: traffic.requests + 1, bytes: traffic.bytes + requestBytes };
    },
  });
  const { cloudflare } = target;
  const send = (method: string, place: string, body?: object) =>
    fetch(`${cloudflare.baseUrl}/accounts/${ACCOUNT_ID}/${place}`, {
      method,
      headers: { authorization: `Bearer ${cloudflare.apiToken}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
  try {
    return await use({
      cloudflare,
      provider,
      openStack: (stackName, program) =>
        target.openStack({ folder, passphrase: PASSPHRASE, stackName, program }),
      takeTraffic: () => {
        const taken = traffic;
        traffic = { requests: 0, bytes: 0 };
        return taken;
      },
      post: async (place, body) => {
        const { result } = (await (await send("POST", place, body)).json()) as {
          result: Record<string, unknown>;
        };
        return result;
      },
      deleteWorker: async (name) => {
        const response = await send("DELETE", `workers/scripts/${name}?force=true`);
        if (!response.ok) throw new Error(`${name} is not live after its deploy`);
      },
    });
  } finally {
    await target.close();
  }
}
