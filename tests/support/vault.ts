import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/**
 * Starts a stand-in for HashiCorp Vault and points Pulumi to it. It encrypts nothing, and opens a stack in no time: with a
 * passphrase, each command of Pulumi takes a quarter of a second of CPU time to derive the key.
 *
 * @returns what `pulumi stack init --secrets-provider` takes
 */
export async function startVault(test: TestContext): Promise<string> {
  const vault = createServer((request, response) => {
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
  await once(vault.listen(0, "127.0.0.1"), "listening");
  test.after(() => {
    vault.closeAllConnections();
    vault.close();
  });
  // Pulumi runs in children of this process.
  process.env.VAULT_SERVER_URL = `http://127.0.0.1:${(vault.address() as AddressInfo).port}`;
  process.env.VAULT_SERVER_TOKEN = "any";
  return "hashivault://rotation";
}
