import { once } from "node:events";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { watch } from "chokidar";

/** Editors write several times per save. After this long without another write, the save is complete. */
const SETTLE_MS = 100;

/** Too large to watch, and not part of the program. */
const IGNORED = ["node_modules", ".git"];

/**
 * Yields the names of the files below a folder that were added, changed or removed since the last yield, except those in
 * `dataFolder`. Watching starts before the promise resolves and ends when the signal aborts.
 */
export async function watchFiles(
  root: string,
  signal: AbortSignal,
  dataFolder?: string,
): Promise<AsyncIterable<string[]>> {
  const watcher = watch(root, {
    ignoreInitial: true,
    ignored: (file) => IGNORED.includes(path.basename(file)) || file === dataFolder,
  });
  const changed = new Set<string>();
  let writes = 0;
  watcher.on("all", (event, file) => {
    if (event === "addDir" || event === "unlinkDir") return;
    changed.add(path.relative(root, file));
    writes += 1;
  });
  signal.addEventListener("abort", () => void watcher.close(), { once: true });
  await once(watcher, "ready", { signal });
  return (async function* () {
    try {
      for (;;) {
        while (changed.size === 0) await once(watcher, "all", { signal });
        for (let before = -1; before < writes;) {
          before = writes;
          await delay(SETTLE_MS, undefined, { signal });
        }
        const names = [...changed];
        changed.clear();
        yield names;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  })();
}
