import { isObject } from "../../kit/json";
import { invalid } from "./envelope";

/** The files that an upload session is for, by path. */
export type Manifest = ReadonlyMap<string, { readonly hash: string; readonly size: number }>;

const MAX_FILES = 100_000;
const MAX_FILE_BYTES = 25 * 1024 * 1024;
const MAX_NAME_BYTES = 255;
/** One request uploads one bucket. How Cloudflare fills them is not known. */
const BUCKET_FILES = 100;

/** Reads a manifest. Cloudflare documents its limits; that it refuses the rest with this code is a guess. */
export function toManifest(sent: unknown): Manifest {
  if (!isObject(sent)) throw invalid("'manifest' is not an object.");
  const entries = Object.entries(sent);
  if (entries.length > MAX_FILES) {
    throw invalid(`Too many assets: ${entries.length}, and at most ${MAX_FILES} are allowed.`);
  }
  const manifest = new Map(entries.map(([path, entry]) => [path, toEntry(path, entry)] as const));
  for (const path of manifest.keys()) checkPath(path, manifest);
  return manifest;
}

function toEntry(path: string, entry: unknown): { hash: string; size: number } {
  const { hash, size } = isObject(entry) ? entry : {};
  if (typeof hash !== "string" || !/^[0-9a-f]{32}$/.test(hash)) {
    throw invalid(`The asset '${path}' has no 'hash' of 32 hexadecimal digits.`);
  }
  if (!Number.isSafeInteger(size) || Number(size) < 0) throw invalid(`The asset '${path}' has no 'size'.`);
  if (Number(size) > MAX_FILE_BYTES) {
    throw invalid(`The asset '${path}' is too large: ${Number(size)} bytes, and at most 25 MiB are allowed.`);
  }
  return { hash, size: Number(size) };
}

/** Refuses a path that cannot be one in a folder, which is where Miniflare reads assets from. */
function checkPath(path: string, manifest: Manifest): void {
  const [root, ...names] = path.split("/");
  const isName = (name: string) =>
    !["", ".", ".."].includes(name) && !/[\\\0]/.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
  if (root !== "" || names.length === 0 || !names.every(isName)) {
    throw invalid(`The asset '${path}' has no valid path, such as '/images/logo.png'.`);
  }
  const folders = names.slice(1).map((_, depth) => `/${names.slice(0, depth + 1).join("/")}`);
  const file = folders.find((folder) => manifest.has(folder));
  if (file !== undefined) throw invalid(`The asset '${file}' is also the folder of '${path}'.`);
}

/** The hashes to upload, each once, in groups of which each fits in one request. */
export function toBuckets(manifest: Manifest, isKnown: (hash: string) => boolean): string[][] {
  const missing = new Map([...manifest.values()].map(({ hash, size }) => [hash, size]));
  const buckets: string[][] = [];
  let [bytes, bucket]: [number, string[]] = [0, []];
  for (const [hash, size] of missing) {
    if (isKnown(hash)) continue;
    if (bucket.length === 0 || bucket.length === BUCKET_FILES || bytes + size > MAX_FILE_BYTES) {
      buckets.push((bucket = []));
      bytes = 0;
    }
    bucket.push(hash);
    bytes += size;
  }
  return buckets;
}
