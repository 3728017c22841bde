import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Vault {
  /** What `pulumi stack init --secrets-provider` takes. */
  readonly secretsProvider: string;
  /** The environment in which Pulumi opens the stack. */
  readonly env: { readonly VAULT_SERVER_URL: string; readonly VAULT_SERVER_TOKEN: string };
}

let started: Promise<Vault> | undefined;

/**
 * Starts a stand-in for HashiCorp Vault, once for this process, and points the Pulumi that this process runs to it. The
 * secrets of a stack are encrypted with a key, as always, and the stand-in keeps that key without encrypting it. That opens
 * a stack in no time: with a passphrase, each command of Pulumi takes a quarter of a second of CPU time to derive the key.
 */
export function startVault(): Promise<Vault> {
  return (started ??= start());
}

async function start(): Promise<Vault> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { plaintext, ciphertext = "" } = JSON.parse(body) as { plaintext?: string; ciphertext?: string };
      const data =
        plaintext === undefined
          ? { plaintext: ciphertext.slice(9) }
          : { ciphertext: `vault:v1:${plaintext}` };
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
    });
  });
  // It must not keep the process of the tests alive.
  server.on("connection", (socket) => socket.unref()).unref();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const env = {
    VAULT_SERVER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    VAULT_SERVER_TOKEN: "any",
  };
  Object.assign(process.env, env);
  return { secretsProvider: "hashivault://tests", env };
}
