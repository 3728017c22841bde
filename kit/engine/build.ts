import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import * as path from "node:path";
import { runCommand } from "../run-command";
import { startProgress } from "../progress";
import { quickStart } from "./quick-start";

/** The version in ./go.mod. Not every version of that module builds from the module proxy. */
const ENGINE_VERSION = "3.246.0";
const ENGINE_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

const MINUTE_MS = 60_000;
const PARTIAL = ".partial";

interface BuildOptions {
  readonly home: string;
  readonly log?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Describes what `go build -v` is doing from a line of its output. */
function describe(line: string, compiled: number): string {
  if (line.startsWith("go: ")) return line.slice("go: ".length);
  return `compiled ${compiled} packages, now ${line}`;
}

/** Removes unfinished files of killed builds. A build takes less than an hour, so no build still uses an older file. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(PARTIAL)) continue;
    const file = path.join(folder, name);
    const info = await stat(file).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > 60 * MINUTE_MS) await rm(file, { recursive: true, force: true });
  }
}

/** Builds the Pulumi CLI from the Go module next to this file and returns its root under `home`. */
export async function buildEngine({ home, log, signal }: BuildOptions): Promise<string> {
  const module = path.join(__dirname, "../engine");
  // We run this inside the module so that an older Go downloads the toolchain in go.mod, or reports that it cannot.
  await runCommand("go", ["version"], { cwd: module, timeoutMs: 2 * MINUTE_MS, signal });

  const root = path.join(home, "versions", ENGINE_VERSION);
  const folder = path.join(root, "bin");
  const suffix = process.platform === "win32" ? ".exe" : "";
  // In the same folder, so that the final rename is atomic, and with a unique name, so that two builds do not collide.
  const id = randomUUID();
  const partial = path.join(folder, `pulumi-${id}${PARTIAL}${suffix}`);
  await mkdir(folder, { recursive: true });
  await removeStale(folder);

  const progress = startProgress(`Building Pulumi ${ENGINE_VERSION} with Go (once, some minutes)`, log);
  let compiled = 0;
  const copy = path.join(folder, `quick-${id}${PARTIAL}`);
  try {
    const args = await quickStart(module, copy, { timeoutMs: 10 * MINUTE_MS, signal });
    await runCommand(
      "go",
      [
        "build",
        "-v",
        "-o",
        partial,
        "-ldflags",
        `-s -w -X ${VERSION_VARIABLE}=v${ENGINE_VERSION}`,
        ...args,
        ENGINE_PACKAGE,
      ],
      {
        cwd: module,
        timeoutMs: 60 * MINUTE_MS,
        signal,
        onLine: (line) => {
          if (!line.startsWith("go: ")) compiled += 1;
          progress.note(describe(line, compiled));
        },
      },
    );
    const said = await runCommand(partial, ["version"], { timeoutMs: MINUTE_MS, signal });
    if (!said.includes(`v${ENGINE_VERSION}`))
      throw new Error(`the build does not say that it is ${ENGINE_VERSION}`);
    await rename(partial, path.join(folder, `pulumi${suffix}`));
    return root;
  } finally {
    progress.stop();
    await rm(copy, { recursive: true, force: true });
    await rm(partial, { force: true });
  }
}
