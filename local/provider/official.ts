import { access, constants } from "node:fs/promises";
import * as path from "node:path";
import { getVersion } from "@pulumi/cloudflare/utilities";
import type { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { runCommand } from "../../kit/run-command";

export interface ProviderChoice {
  readonly kind: "official" | "local";
  /** A sentence for the user. */
  readonly reason: string;
}

export interface ProviderOptions {
  /** CLOUDFLARE_PROVIDER: official or local; unset means the official one if it can be installed. */
  readonly choice: string | undefined;
  readonly command: PulumiCommand;
  /** PULUMI_HOME */
  readonly home: string;
  readonly log?: (line: string) => void;
}

const EXECUTABLE = `pulumi-resource-cloudflare${process.platform === "win32" ? ".exe" : ""}`;
const DOWNLOADS = "https://get.pulumi.com";

/** Without a network, the CLI takes ten seconds to fail; a request to the host fails in a fraction of a second. */
const PROBE_LIMIT_MS = 3_000;
const FIRST_SIGN_LIMIT_MS = 10_000;
const DOWNLOAD_LIMIT_MS = 90_000;

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function isOnPath(command: PulumiCommand): Promise<boolean> {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  // The Automation API puts the CLI's own folder first on PATH.
  if (path.isAbsolute(command.command)) folders.unshift(path.dirname(command.command));
  for (const folder of folders) if (await isExecutable(path.join(folder, EXECUTABLE))) return true;
  return false;
}

/** From PULUMI_HOME, the engine only uses the plugin with exactly the SDK's version. */
async function isInstalled(home: string): Promise<boolean> {
  return isExecutable(path.join(home, "plugins", `resource-cloudflare-v${getVersion()}`, EXECUTABLE));
}

async function probe(): Promise<void> {
  // Node's fetch ignores proxy settings, so behind a proxy only the CLI can find out.
  if (["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].some((name) => process.env[name])) return;
  await fetch(DOWNLOADS, { method: "HEAD", signal: AbortSignal.timeout(PROBE_LIMIT_MS) }).catch(() => {
    throw new Error("Pulumi's download host cannot be reached");
  });
}

async function install(command: PulumiCommand, home: string): Promise<void> {
  await probe();
  const stop = new AbortController();
  const hurry = setTimeout(() => {
    stop.abort(new Error("Pulumi's CLI found no way to download it"));
  }, FIRST_SIGN_LIMIT_MS);
  let retries = 0;
  const args = ["plugin", "install", "resource", "cloudflare", getVersion(), "--non-interactive"];
  await runCommand(command.command, args, {
    env: { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeoutMs: DOWNLOAD_LIMIT_MS,
    signal: stop.signal,
    onLine: (line) => {
      clearTimeout(hurry);
      if (line.startsWith("Will retry") && ++retries === 2) stop.abort(new Error("the download fails"));
    },
  }).finally(() => {
    clearTimeout(hurry);
  });
}

/** Chooses the provider. Uses the network only if the official provider is wanted and not installed. */
export async function chooseProvider(options: ProviderOptions): Promise<ProviderChoice> {
  const { choice, command, home, log } = options;
  const version = getVersion();
  if (choice === "local")
    return { kind: "local", reason: "CLOUDFLARE_PROVIDER=local asks for the local provider." };
  if (choice !== undefined && choice !== "" && choice !== "official") {
    throw new Error(
      "CLOUDFLARE_PROVIDER must be official or local; by default, the official one is used if it can be installed.",
    );
  }
  if (await isOnPath(command))
    return { kind: "official", reason: "Cloudflare's official provider is on PATH." };
  if (await isInstalled(home)) {
    return { kind: "official", reason: `Cloudflare's official provider ${version} is installed.` };
  }
  log?.(`Looking for Cloudflare's official provider ${version}`);
  try {
    await install(command, home);
    return { kind: "official", reason: `Cloudflare's official provider ${version} was installed.` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (choice === "official") {
      throw new Error(
        `CLOUDFLARE_PROVIDER=official, but the official provider ${version} is not installed: ${why}.\n` +
          `With a network connection, run: pulumi plugin install resource cloudflare ${version}`,
        { cause: error },
      );
    }
    return {
      kind: "local",
      reason: `Using the local provider: the official one is not installed and could not be (${why}).`,
    };
  }
}
