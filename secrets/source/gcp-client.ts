import type * as Gcp from "@google-cloud/secret-manager";
import { perRun } from "../../component/contract/per-run";
import { GcpError, isBusy } from "./gcp-reasons";
import { retried } from "./retry";

const TIMEOUT = { timeout: 20_000 };

type Manager = Gcp.SecretManagerServiceClient;
export type Payload = Gcp.protos.google.cloud.secretmanager.v1.ISecretPayload;

export interface GcpVersion {
  readonly id: string;
  readonly created: string | undefined;
}

const clientsOfRun = perRun(() => new Map<string, Promise<Manager>>());

/** The requests about one secret. */
export class GcpSecret {
  constructor(
    private readonly manager: Manager,
    private readonly name: string,
  ) {}

  /** @param endpoint the address of the API, without a path */
  static async open(gcp: typeof Gcp, name: string, endpoint: string): Promise<GcpSecret> {
    const clients = clientsOfRun();
    const client = clients.get(endpoint) ?? openClient(gcp, name, endpoint);
    clients.set(endpoint, client);
    return new GcpSecret(await client, name);
  }

  async access(version: string): Promise<{ id: string; value: Payload }> {
    const name = `${this.name}/versions/${version}`;
    const [{ name: found, payload }] = await again(() => this.manager.accessSecretVersion({ name }, TIMEOUT));
    return { id: numberOf(found), value: payload ?? {} };
  }

  async version(id: string): Promise<GcpVersion> {
    const name = `${this.name}/versions/${id}`;
    const [{ createTime }] = await again(() => this.manager.getSecretVersion({ name }, TIMEOUT));
    return { id, created: isoTime(createTime) };
  }

  /** The enabled versions, newest first, as far as they are asked for. */
  async *enabledVersions(): AsyncGenerator<GcpVersion> {
    let pageToken = "";
    do {
      const question = { parent: this.name, filter: "state:ENABLED", pageSize: 50, pageToken };
      const listed = again(() =>
        this.manager.listSecretVersions(question, { ...TIMEOUT, autoPaginate: false }),
      );
      const [versions, , page] = await listed;
      for (const { name, createTime } of versions) {
        yield { id: numberOf(name), created: isoTime(createTime) };
      }
      // Empty after the last page: a text is never undefined in Google's messages.
      pageToken = page.nextPageToken as string;
    } while (pageToken !== "");
  }
}

/** The client repeats no request by itself over HTTP, which is the one transport that passes every proxy. */
function again<T>(request: () => Promise<T>): Promise<T> {
  return retried(request, isBusy);
}

async function openClient(gcp: typeof Gcp, name: string, endpoint: string): Promise<Manager> {
  const { hostname, port, protocol } = new URL(endpoint);
  const client = new gcp.SecretManagerServiceClient({
    fallback: true,
    apiEndpoint: hostname,
    ...(port === "" ? {} : { port: Number(port) }),
    protocol: protocol.slice(0, -1),
    // Otherwise the client asks Google for the project of the credentials.
    projectId: String(name.split("/")[1]),
  });
  try {
    // Its methods would do this too, and leave an unhandled rejection.
    await client.initialize();
    await client.auth.getAccessToken();
  } catch (cause) {
    throw new GcpError("UNAUTHENTICATED", cause);
  }
  return client;
}

type Timestamp = Gcp.protos.google.protobuf.ITimestamp | null | undefined;

function isoTime(time: Timestamp): string | undefined {
  return time
    ? new Date(Number(time.seconds) * 1_000 + Math.floor(Number(time.nanos) / 1e6)).toISOString()
    : undefined;
}

/** The last part of the resource name of a version. */
function numberOf(name: string | null | undefined): string {
  return String(name).replace(/^.*\//, "");
}
