import * as fs from "node:fs/promises";
import * as path from "node:path";
import { type Engine, pulumiHome } from "../../kit/engine";
import { quoted } from "../../kit/quoted";

const HOME = path.join(__dirname, "../../node_modules/.cache/pulumi");

type FoundEngine = Pick<Engine, "version" | "origin"> & { readonly command: { readonly command: string } };

/**
 * Lets this process's children know the engine's version, which takes Pulumi as long as any command and which each of them
 * asks for: in a home of Pulumi's own, a script stands before the engine and answers that. An engine on PATH stays as it is.
 */
export async function quickenEngine(
  { command, version, origin }: FoundEngine,
  env: NodeJS.ProcessEnv,
  home = HOME,
): Promise<void> {
  if (origin === "path" || process.platform === "win32" || pulumiHome() === home) return;
  const bin = path.join(home, "versions", version, "bin");
  await fs.mkdir(bin, { recursive: true });
  const plugins = path.join(home, "plugins");
  await fs.rm(plugins, { force: true });
  await fs.symlink(path.join(pulumiHome(), "plugins"), plugins);
  const script = `#!/bin/sh
if [ "$*" = version ]; then echo 'v${version}'; else exec ${quoted(command.command)} "$@"; fi
`;
  const partial = path.join(bin, `pulumi.${process.pid}`);
  await fs.writeFile(partial, script, { mode: 0o755 });
  // Another run may be using it.
  await fs.rename(partial, path.join(bin, "pulumi"));
  env.PULUMI_HOME = home;
}
