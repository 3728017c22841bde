import * as path from "node:path";
import { version } from "@pulumi/pulumi/version";
import { runCommand } from "../run-command";
import { startProgress } from "../progress";

interface InstallOptions {
  readonly home: string;
  readonly log?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const INSTALL_LIMIT_MS = 5 * 60_000;

/**
 * `PulumiCommand.install` takes no signal and waits two minutes for its first byte. So we run it in a child process,
 * which can be killed, with a shorter timeout for the installer's few kilobytes, which fails fast without a network.
 */
const INSTALLER = `
const { PulumiCommand } = require(process.argv[1]);
const fetchFirst = globalThis.fetch;
globalThis.fetch = (url, init) => fetchFirst(url, { ...init, signal: AbortSignal.timeout(5000) });
PulumiCommand.install({ root: process.argv[2] }).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
`;

/** Lets the Automation API download the Pulumi CLI of its own version and returns its root under `home`. */
export async function installEngine({ home, log, signal }: InstallOptions): Promise<string> {
  const root = path.join(home, "versions", version);
  const progress = startProgress(`Installing Pulumi ${version}`, log);
  try {
    await runCommand(
      process.execPath,
      ["-e", INSTALLER, require.resolve("@pulumi/pulumi/automation"), root],
      {
        timeoutMs: INSTALL_LIMIT_MS,
        signal,
      },
    );
    return root;
  } finally {
    progress.stop();
  }
}
