import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

/** The passphrase of Pulumi.dev.yaml. It is public, so it protects nothing. */
export const PUBLISHED_PASSPHRASE = "playground";

/**
 * Refuses a stack whose secrets are encrypted with the published passphrase, unless it deploys to this machine.
 *
 * @param folder the folder of Pulumi.yaml
 * @throws pulumi.RunError that says how to make a stack with a key of its own
 */
export function refusePublishedPassphrase(folder = __dirname): void {
  const target = new pulumi.Config("cloudflare").get("baseUrl") ?? process.env.CLOUDFLARE_BASE_URL;
  if (target !== undefined && isLoopback(target)) {
    return;
  }
  const stack = pulumi.getStack();
  // The environment first: with --config-file, Pulumi reads another file than the stack's own.
  const reason =
    environmentPassphrase() === PUBLISHED_PASSPHRASE
      ? "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE is"
      : isUnderPublishedPassphrase(stackFile(folder, stack))
        ? "its config is encrypted with"
        : undefined;
  if (reason !== undefined) {
    throw new pulumi.RunError(
      `Stack "${stack}" deploys to the Cloudflare on this machine only (npm start), because ${reason} the ` +
        "passphrase that this project publishes. For a real account, make a stack with a key of your own:\n" +
        "  unset PULUMI_CONFIG_PASSPHRASE PULUMI_CONFIG_PASSPHRASE_FILE\n" +
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

/** What Pulumi takes for the passphrase before it asks for one; its rules are in the engine's secrets/passphrase. */
export function environmentPassphrase(): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  return PULUMI_CONFIG_PASSPHRASE ?? (file ? read(file)?.trim() : undefined);
}

/** The stack's config file, in the folder that Pulumi.yaml names, if it names one. */
function stackFile(folder: string, stack: string): string {
  const extension =
    [".yml", ".json"].find((ext) => fs.existsSync(path.join(folder, `Pulumi${ext}`))) ?? ".yaml";
  const project: unknown = parse(read(path.join(folder, `Pulumi${extension}`)) ?? "{}");
  // `config` as text is the older name of `stackConfigDir`.
  const { stackConfigDir, config } = project as { stackConfigDir?: string; config?: unknown };
  const configDir = stackConfigDir ?? (typeof config === "string" ? config : ".");
  return path.join(folder, configDir, `Pulumi.${stack}${extension}`);
}

function read(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

/**
 * Tries the passphrase on the stack's `encryptionsalt`, as Pulumi does, because Pulumi may have asked for the passphrase
 * on the terminal. It takes about 0.3 s, and only for stacks with a passphrase.
 */
export function isUnderPublishedPassphrase(file: string): boolean {
  const { encryptionsalt } = (parse(read(file) ?? "") ?? {}) as { encryptionsalt?: string };
  const salt = /^v1:([\w+/=]+):v1:([\w+/=]+):([\w+/=]+)$/.exec(encryptionsalt?.trim() ?? "");
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
