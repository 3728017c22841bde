import type { DecryptedConfig } from "../../kit/decrypted-config";
import type { Cloudflare } from "../../kit/live/cloudflare";
import { mapBounded } from "../../kit/map-bounded";
import { Notes } from "../../kit/notes";
import { SecretKeys } from "./keys";
import type { Found } from "./lines";
import { look } from "./live";
import { split } from "./split";
import { type FullState, resourcesOf } from "./state";
import { v5Workers } from "./workers";

interface FoundWorkers {
  readonly found: readonly Found[];
  readonly keys: SecretKeys;
  /** What could not be read. */
  readonly notes: readonly string[];
}

/** Each makes two requests at a time. */
const LOOKS_AT_A_TIME = 16;
const NO_KEY = { key: "", isSet: true };

/** @param cloudflare makes a client; undefined without a token */
export async function findWorkers(
  decrypted: FullState,
  config: DecryptedConfig,
  cloudflare: ((notes: Notes) => Cloudflare) | undefined,
): Promise<FoundWorkers> {
  const { moved, rest } = split(decrypted, () => "");
  const notes = new Notes();
  const client = cloudflare?.(notes);
  const keys = new SecretKeys(config);
  const workers = v5Workers(moved, resourcesOf(rest));
  const found = await mapBounded(workers, LOOKS_AT_A_TIME, async (worker): Promise<Found> => {
    // What v6 has already needs no key, and nothing of it is asked.
    if (worker.takenBy !== undefined) return { worker, live: "not looked", keyOf: () => NO_KEY };
    const known = new Map(worker.secrets.map((secret) => [secret, keys.keyOf(worker, secret)]));
    const keyOf: Found["keyOf"] = (secret) => known.get(secret) ?? NO_KEY;
    return { worker, live: await look(client, worker, notes), keyOf };
  });
  return { found, keys, notes: notes.sentences() };
}
