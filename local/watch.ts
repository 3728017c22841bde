import { once } from "node:events";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { watch } from "chokidar";

/** An editor writes more than once when it saves; after this long without another write it has finished. */
const SETTLE_MS = 100;

/** What no program is made of, and too large to watch. */
const IGNORED = ["node_modules", ".git"];

/**
 * Yields the names of the files below a folder that appeared, changed or went since the last time. It watches from the
 * moment that the promise resolves until the signal aborts.
 */
export async function watchFiles(root: string, signal: AbortSignal): Promise<AsyncIterable<string[]>> {
  const watcher = watch(root, {
    ignoreInitial: true,
    ignored: (file) => IGNORED.includes(path.basename(file)),
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
