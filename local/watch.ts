import { EventEmitter, once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** An editor writes more than once when it saves: it is done when it has been quiet for so long. */
const SETTLE_MS = 100;

/**
 * Yields the names of the watched files that were changed since the last time, from the moment of the call on.
 *
 * @param root the folder that names are relative to
 * @param folders the folders to watch: folders, because an editor may replace a file
 * @param isWatched tells which names count
 * @param signal ends it
 */
export function watchFiles(
  root: string,
  folders: readonly string[],
  isWatched: (name: string) => boolean,
  signal: AbortSignal,
): AsyncIterable<string[]> {
  const changes = new EventEmitter();
  const changed = new Set<string>();
  let writes = 0;
  for (const folder of folders) {
    fs.watch(path.join(root, folder), { signal }, (_, file) => {
      const name = path.join(folder, file ?? "");
      if (isWatched(name)) {
        changed.add(name);
        writes += 1;
        changes.emit("change");
      }
    });
  }
  return (async function* () {
    try {
      for (;;) {
        if (changed.size === 0) {
          await once(changes, "change", { signal });
        }
        for (let before = -1; before < writes;) {
          before = writes;
          await delay(SETTLE_MS, undefined, { signal });
        }
        const names = [...changed];
        changed.clear();
        yield names;
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  })();
}
