import { once } from "node:events";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type FSWatcher, watch } from "chokidar";

/** Editors write several times per save. After this long without another write, the save is complete. */
const SETTLE_MS = 30;

/** Too large to watch, and not part of the program. */
const IGNORED = ["node_modules", ".git"];

/** A file that was written, or that appeared or went. */
export interface Change {
  /** The absolute path. */
  readonly file: string;
  readonly kind: "written" | "listed";
  /** When it was noticed, on `performance.now`'s clock. */
  readonly at: number;
}

/** Watches the files below a folder, and others by name. */
export class Watcher {
  readonly #watcher: FSWatcher;
  readonly #changes = new Map<string, Change>();
  #writes = 0;

  private constructor(
    root: string,
    ignored: readonly (string | undefined)[],
    private readonly signal: AbortSignal,
  ) {
    this.#watcher = watch(root, {
      ignoreInitial: true,
      ignored: (file) => IGNORED.includes(path.basename(file)) || ignored.includes(file),
    });
    this.#watcher.on("all", (event, file) => {
      if (event === "addDir" || event === "unlinkDir") return;
      const kind = event === "change" ? "written" : "listed";
      if (!this.#changes.has(file)) this.#changes.set(file, { file, kind, at: performance.now() });
      this.#writes += 1;
    });
    signal.addEventListener("abort", () => void this.#watcher.close(), { once: true });
  }

  /** Watches from when the promise resolves until the signal aborts. */
  static async start(
    root: string,
    ignored: readonly (string | undefined)[],
    signal: AbortSignal,
  ): Promise<Watcher> {
    const watcher = new Watcher(root, ignored, signal);
    await once(watcher.#watcher, "ready", { signal });
    return watcher;
  }

  /** Watches files anywhere too. */
  add(files: readonly string[]): void {
    this.#watcher.add([...files]);
  }

  /**
   * Waits for changes and returns those since the last call.
   *
   * @param forMs returns none after this long without a change
   * @throws AbortError when the signal aborts
   */
  async next(forMs?: number): Promise<Change[]> {
    if (this.#changes.size === 0) await this.#event(forMs);
    if (this.#changes.size === 0 && forMs !== undefined) return [];
    for (let before = -1; before < this.#writes || this.#changes.size === 0;) {
      before = this.#writes;
      await (this.#changes.size === 0 ? this.#event() : delay(SETTLE_MS, undefined, { signal: this.signal }));
    }
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    return changes;
  }

  /** Waits for the next event, or for so long. */
  async #event(forMs?: number): Promise<void> {
    const over = new AbortController();
    const until = { signal: AbortSignal.any([this.signal, over.signal]) };
    const waits = [
      once(this.#watcher, "all", until),
      ...(forMs === undefined ? [] : [delay(forMs, [], until)]),
    ];
    await Promise.race(waits).finally(() => {
      over.abort();
    });
  }
}
