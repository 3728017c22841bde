import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { crc32c } from "../secrets/source/crc32c";
import { type JsonAnswer, type JsonRequest, type JsonServer, startJsonServer } from "./json-server";

export interface GcpStoredVersion {
  readonly data: string | Buffer;
  readonly created: Date;
  state?: "ENABLED" | "DISABLED" | "DESTROYED";
}

/**
 * A stand-in for Google Cloud Secret Manager, to its published REST contract
 * (https://cloud.google.com/secret-manager/docs/reference/rest): access, get and list of versions.
 */
export class GcpServer {
  /** The versions of each secret, by its resource name: the first is version 1. */
  secrets: Record<string, GcpStoredVersion[]> = {};
  /** How many versions a page has. */
  pageSize = 50;
  /** Answers instead, if it returns an answer. */
  fault: (request: JsonRequest) => JsonAnswer | undefined | Promise<JsonAnswer | undefined> = () => undefined;

  private constructor(
    readonly server: JsonServer,
    private readonly folder: string,
  ) {}

  /** Starts a server, and points the credentials of Google's client to it: workload identity federation. */
  static async start(): Promise<GcpServer> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gcp-"));
    const server = await startJsonServer((request) => gcp.#answer(request));
    const gcp = new GcpServer(server, folder);
    const file = path.join(folder, "credentials.json");
    fs.writeFileSync(path.join(folder, "token"), "a token of the workflow");
    const credentials = {
      type: "external_account",
      audience:
        "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/workflow",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${server.url}/token`,
      credential_source: { file: path.join(folder, "token") },
    };
    fs.writeFileSync(file, JSON.stringify(credentials));
    process.env.GOOGLE_APPLICATION_CREDENTIALS = file;
    return gcp;
  }

  close(): void {
    this.server.close();
    fs.rmSync(this.folder, { recursive: true });
  }

  async #answer(request: JsonRequest): Promise<JsonAnswer> {
    const fault = await this.fault(request);
    if (fault !== undefined) return fault;
    if (request.path === "/token") {
      const issued_token_type = "urn:ietf:params:oauth:token-type:access_token";
      return { body: { access_token: "token", expires_in: 3_600, token_type: "Bearer", issued_token_type } };
    }
    if (request.headers.authorization !== "Bearer token") return refusal(401, "UNAUTHENTICATED");
    const { pathname, searchParams } = new URL(request.path, this.server.url);
    const [, secret = "", id, access] =
      /^\/v1\/(.+\/secrets\/[^/]+)\/versions(?:\/(\w+)(:access)?)?$/.exec(pathname) ?? [];
    const versions = this.secrets[secret];
    if (versions === undefined) return refusal(404, "NOT_FOUND");
    if (id === undefined) return this.#page(secret, versions, Number(searchParams.get("pageToken") ?? 0));
    const number = id === "latest" ? versions.length : Number(id);
    const version = versions[number - 1];
    if (version === undefined) return refusal(404, "NOT_FOUND");
    if (access === undefined) return { body: described(secret, version, number) };
    if ((version.state ?? "ENABLED") !== "ENABLED") return refusal(400, "FAILED_PRECONDITION");
    const bytes = Buffer.from(version.data);
    const payload = { data: bytes.toString("base64"), dataCrc32c: String(crc32c(bytes)) };
    return { body: { name: `${secret}/versions/${number}`, payload } };
  }

  #page(secret: string, versions: readonly GcpStoredVersion[], from: number): JsonAnswer {
    const enabled = versions
      .map((version, index) => described(secret, version, index + 1))
      .filter(({ state }) => state === "ENABLED")
      .reverse();
    const end = from + this.pageSize;
    const more = end < enabled.length ? { nextPageToken: String(end) } : {};
    return { body: { versions: enabled.slice(from, end), ...more, totalSize: enabled.length } };
  }
}

export function refusal(code: number, status: string, message = "refused"): JsonAnswer {
  return { status: code, body: { error: { code, status, message } } };
}

function described(secret: string, { created, state = "ENABLED" }: GcpStoredVersion, number: number) {
  return { name: `${secret}/versions/${number}`, createTime: created.toISOString(), state };
}
