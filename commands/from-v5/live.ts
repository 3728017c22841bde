import type { Cloudflare } from "../../kit/live/cloudflare";
import { readLive } from "../../kit/live/read-live";
import type { Notes } from "../../kit/notes";
import type { V5Worker } from "./workers";

/** What Cloudflare says of a Worker: the types of its bindings by name, or why they are not known. */
export type Look = ReadonlyMap<string, string> | "absent" | "unreadable" | "not looked";

/** The bindings of the newest upload, and of all versions that get traffic: the next deploy compares both. */
export async function look(
  cloudflare: Cloudflare | undefined,
  worker: V5Worker,
  notes: Notes,
): Promise<Look> {
  if (cloudflare === undefined) return "not looked";
  const live = await readLive(cloudflare, worker, notes);
  if (typeof live === "string") return live;
  const versions = [...(live.serving ?? []), ...(live.latest === undefined ? [] : [live.latest])];
  return new Map(
    versions.flatMap(({ bindings }) => [...bindings.values()]).map(({ name, type }) => [name, type]),
  );
}

/** The names of everything that v5 declared. */
export function declaredNames({ secrets, declared }: V5Worker): string[] {
  return [
    ...secrets.map(({ name }) => name),
    ...(declared?.variables ?? []),
    ...(declared?.bindings ?? []).map(({ name }) => name),
    ...(declared?.webassembly ?? []),
  ];
}
