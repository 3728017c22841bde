import * as z from "zod";
import type { Cloudflare, Worker } from "../../kit/live/cloudflare";
import { isoTime } from "../../kit/iso-time";

/** A version of a Worker that was created by putting or deleting a secret on its own. */
interface SecretEdit {
  readonly at: string;
  readonly by: string | undefined;
}

export interface Edits {
  /** Newest first. */
  readonly edits: readonly SecretEdit[];
  /** Whether these are all edits since the Worker was created. */
  readonly complete: boolean;
}

const PAGE = 100;

const TEXT = z.string().optional().catch(undefined);
const EDITS = z
  .object({
    items: z.array(
      z.object({
        number: z.number().optional().catch(undefined),
        metadata: z.object({ created_on: TEXT, author_email: TEXT }).catch({}),
        annotations: z.object({ "workers/triggered_by": TEXT }).catch({}),
      }),
    ),
  })
  .transform(({ items }, context): Edits => {
    const versions = items.filter(({ annotations }) => annotations["workers/triggered_by"] === "secret");
    const edits = versions.flatMap(({ metadata: { created_on, author_email: by } }) => {
      const at = isoTime(created_on);
      return at === undefined ? [] : [{ at, by }];
    });
    if (edits.length < versions.length) context.addIssue("A version has no time.");
    return { edits, complete: items.some(({ number }) => number === 1) };
  });

/**
 * Reads when secrets of the Worker were put or deleted on their own. Cloudflare does not say which secret was edited.
 * Uploads with secrets do not count.
 */
export async function readEdits(cloudflare: Cloudflare, worker: Worker): Promise<Edits | undefined> {
  const path = (script: string) => `scripts/${script}/versions?page=1&per_page=${PAGE}`;
  const edits = await cloudflare.read(worker, path, EDITS);
  return typeof edits === "string" ? undefined : edits;
}
