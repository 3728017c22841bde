import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** The passphrase of Pulumi.dev.yaml. Everybody knows it, so what it encrypts is as good as in clear. */
export const PUBLISHED_PASSPHRASE = "playground";

/**
 * Refuses a stack whose secrets are encrypted with the published passphrase, unless it deploys to this machine.
 *
 * @throws pulumi.RunError that says how to make a stack of one's own
 */
export function refusePublishedPassphrase(): void {
  const target = new pulumi.Config("cloudflare").get("baseUrl") ?? process.env.CLOUDFLARE_BASE_URL;
  if (target !== undefined && isLoopback(target)) {
    return;
  }
  const stack = pulumi.getStack();
  const stackFile = path.join(__dirname, `Pulumi.${stack}.yaml`);
  if (isUnderPublishedPassphrase(stackFile)) {
    throw new pulumi.RunError(
      `Stack "${stack}" is encrypted with the passphrase that this project publishes, so it deploys to the ` +
        "Cloudflare on this machine only: npm start. For a real account make a stack with a key of your own:\n" +
        "  unset PULUMI_CONFIG_PASSPHRASE\n" +
        "  pulumi stack init prod\n" +
        "  pulumi config set accountId <id>\n" +
        "  pulumi config set --secret secrets-demo",
    );
  }
}

function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Tries the passphrase on the stack's `encryptionsalt`, as Pulumi does: the variable PULUMI_CONFIG_PASSPHRASE alone
 * would not tell, because a passphrase can also come from a file or from the prompt.
 * Takes about 0.3 s, and only for stacks with a passphrase.
 */
function isUnderPublishedPassphrase(stackFile: string): boolean {
  if (!fs.existsSync(stackFile)) {
    // Another file was named with --config-file.
    return process.env.PULUMI_CONFIG_PASSPHRASE === PUBLISHED_PASSPHRASE;
  }
  const salt = /^encryptionsalt:\s*["']?v1:([\w+/=]+):v1:([\w+/=]+):([\w+/=]+)/m.exec(
    fs.readFileSync(stackFile, "utf8"),
  );
  if (salt === null) {
    return false;
  }
  const [bytes, nonce, sealed] = salt.slice(1).map((part) => Buffer.from(part, "base64")) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  const key = pbkdf2Sync(PUBLISHED_PASSPHRASE, bytes, 1_000_000, 32, "sha256");
  const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAuthTag(sealed.subarray(-16));
  try {
    decipher.update(sealed.subarray(0, -16));
    decipher.final();
    return true;
  } catch {
    return false;
  }
}
