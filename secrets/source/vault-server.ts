import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { VaultError } from "./vault-reasons";

const TIMEOUT_MS = 20_000;

/** An object of JSON, for example the fields of a secret. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Reply {
  /** 200 or 404. */
  readonly status: number;
  readonly body: Fields;
}

/** A Vault, and what it is asked with. */
export class VaultServer {
  private constructor(
    private readonly address: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  /** Finds the token as Vault's CLI does. @throws VaultError */
  static open(address: string | undefined, namespace: string | undefined): VaultServer {
    if (!address || !/^https?:$/.test(protocolOf(address))) throw new VaultError("NoAddress");
    return new VaultServer(address.replace(/\/+$/, ""), {
      "X-Vault-Token": findToken(),
      // Vault Agent can demand it, because a browser that is tricked cannot send it.
      "X-Vault-Request": "true",
      ...(namespace ? { "X-Vault-Namespace": namespace } : {}),
    });
  }

  /** @param place the path of the API, without /v1/ */
  async get(place: string): Promise<Reply> {
    const response = await fetch(`${this.address}/v1/${place}`, {
      headers: this.headers,
      // fetch would send the token to wherever it is redirected: it takes out only the headers that it knows.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { status } = response;
    const text = await response.text();
    const body = parse(text);
    if (status >= 300 && status < 400) throw new VaultError("Redirected");
    if (status === 429) throw new VaultError("Throttled");
    if (status === 503) throw new VaultError("Sealed");
    if (status >= 500) throw new VaultError("Broken");
    if (status === 403) throw new VaultError(text.includes("invalid token") ? "InvalidToken" : "Denied");
    if (!isObject(body)) throw new VaultError("NotVault");
    if (status !== 200 && status !== 404) throw new VaultError("Refused");
    return { status, body };
  }
}

function findToken(): string {
  const file = path.join(os.homedir(), ".vault-token");
  const text = process.env.VAULT_TOKEN || (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");
  const token = text.trim();
  // Another text cannot be sent, and the error would quote it.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new VaultError("NoToken");
  return token;
}

function protocolOf(address: string): string {
  return URL.canParse(address) ? new URL(address).protocol : "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Node's message quotes the text.
    return undefined;
  }
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
