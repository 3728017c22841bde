import { type JsonAnswer, type JsonRequest, type JsonServer, startJsonServer } from "./json-server";

interface KvVersion {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly created: Date;
  /** When it is or will be deleted. */
  readonly deleted?: Date;
  readonly destroyed?: boolean;
  readonly by?: string;
}

/** A stand-in for a Vault with a key-value engine at `secret`, version 2, that answers as Vault 1.21.4 was seen to. */
export class KvServer {
  /** The versions of each secret, by its path: the first is version 1. */
  secrets: Record<string, readonly KvVersion[]> = {};
  /** Answers instead, if it returns an answer. */
  fault: (request: JsonRequest) => JsonAnswer | undefined | Promise<JsonAnswer | undefined> = () => undefined;

  private constructor(
    readonly server: JsonServer,
    private readonly token: string,
  ) {}

  /** @param token the one that it accepts */
  static async start(token: string): Promise<KvServer> {
    const server = await startJsonServer(async (request) => (await kv.fault(request)) ?? kv.#answer(request));
    const kv = new KvServer(server, token);
    return kv;
  }

  #answer({ path, headers }: JsonRequest): JsonAnswer {
    const { pathname, searchParams } = new URL(path, this.server.url);
    if (headers["x-vault-token"] !== this.token || headers["x-vault-request"] !== "true") {
      return refusal(403, "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n");
    }
    if (pathname === "/v1/sys/internal/ui/mounts/secret") return engine("2");
    const [, kind, secret = ""] = /^\/v1\/secret\/(data|metadata)\/(.+)$/.exec(pathname) ?? [];
    const versions = this.secrets[decodeURIComponent(secret)];
    if (versions === undefined) return refusal(404);
    if (kind === "metadata") return { body: { data: { versions: Object.fromEntries(described(versions)) } } };
    const number = Number(searchParams.get("version") ?? versions.length);
    const version = versions[number - 1];
    if (version === undefined) return refusal(404);
    const metadata = { ...timesOf(version), version: number };
    const isGone = version.destroyed === true || Number(version.deleted) <= Date.now();
    return isGone
      ? { status: 404, body: { data: { data: null, metadata } } }
      : { body: { data: { data: version.fields, metadata } } };
  }
}

/** What Vault says about a mount. */
export function engine(version: string): JsonAnswer {
  return { body: { data: { type: "kv", options: { version } } } };
}

export function refusal(status: number, ...errors: string[]): JsonAnswer {
  return { status, body: { errors } };
}

function described(versions: readonly KvVersion[]): [string, unknown][] {
  return versions.map((version, index) => [
    String(index + 1),
    { ...timesOf(version), created_by: version.by === undefined ? null : { actor: version.by } },
  ]);
}

function timesOf({ created, deleted, destroyed = false }: KvVersion) {
  // Vault writes nanoseconds.
  const created_time = created.toISOString().replace("Z", "123456Z");
  return { created_time, deletion_time: deleted?.toISOString() ?? "", destroyed };
}
