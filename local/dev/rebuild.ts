import { isDeepStrictEqual } from "node:util";
import type { MadeBundle } from "../../component/contract/bundles";
import type { DeclaredWorker, RecordedRun } from "./recorded-run";

/**
 * Bundles again what files are part of, without a run of the program.
 *
 * @param run the one that declared the Workers
 * @param files absolute paths, of bundles only
 * @returns the Workers whose code is now another; undefined if the program has to say, or a build fails
 */
export function rebuild(
  { bundles, workers }: Pick<RecordedRun, "bundles" | "workers">,
  files: ReadonlySet<string>,
): DeclaredWorker[] | undefined {
  const touched = bundles.filter((made) => [...made.files].some((file) => files.has(file)));
  const changed = new Map<string, DeclaredWorker>();
  for (const made of touched) {
    const users = workers.filter((worker) => isCodeOf(worker, made));
    if (users.length === 0) return undefined;
    try {
      const now = made.again();
      if (isDeepStrictEqual(codeOf(now), codeOf(made))) continue;
      for (const worker of users) changed.set(worker.resource, { ...worker, code: codeOf(now) });
    } catch {
      return undefined;
    }
  }
  return [...changed.values()];
}

/** Whether the program took the bundle as it is. */
function isCodeOf({ code: { content, files = {} } }: DeclaredWorker, made: MadeBundle): boolean {
  return isDeepStrictEqual({ content, files }, codeOf(made));
}

function codeOf({ content, modules }: Pick<MadeBundle, "content" | "modules">) {
  return { content, files: modules };
}
