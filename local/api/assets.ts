import { randomBytes, randomUUID } from "node:crypto";
import { sign, verify } from "hono/jwt";
import type { AssetsRouting } from "../runtime/assets";
import type { Binding } from "../runtime/code";
import { AssetFiles, type AssetHashes } from "./asset-files";
import { toConfig } from "./asset-config";
import { type Manifest, toBuckets } from "./asset-manifest";
import { ApiError, invalid } from "./envelope";
import { isObject, type JsonObject } from "../../kit/json";

/** The assets of a version. */
export interface VersionAssets {
  readonly hashes: AssetHashes;
  readonly directory: string;
  readonly routing: AssetsRouting;
}

interface Session {
  readonly account: string;
  readonly manifest: Manifest;
}

/** What a token allows: to upload the files of a session, or to use them in a version. */
type Use = "upload" | "completion";

const TOKEN_SECONDS = 60 * 60;
const ALGORITHM = "HS256";
/** The static assets of all accounts: sessions that upload files, and the files. */
export class AssetUploads {
  readonly #files = new AssetFiles();
  readonly #sessions = new Map<string, Session>();
  readonly #key = randomBytes(32).toString("hex");

  /** Opens a session. If all files are known, its token is already the one that completes it. */
  async open(account: string, manifest: Manifest): Promise<{ jwt: string; buckets: string[][] }> {
    const session = randomUUID();
    this.#sessions.set(session, { account, manifest });
    const buckets = toBuckets(manifest, (hash) => this.#files.has(account, hash));
    return { jwt: await this.#token(session, buckets.length === 0 ? "completion" : "upload"), buckets };
  }

  /** Takes files by hash. Returns the token that completes the session, once no file is missing. */
  async receive(account: string, token: string, files: ReadonlyMap<string, Buffer>): Promise<string | null> {
    const id = await this.#sessionOf(token, "upload");
    const session = id === undefined ? undefined : this.#sessions.get(id);
    // The code and the status are guesses.
    if (id === undefined || session?.account !== account) throw new ApiError(401, 10000, "Unauthorized");
    const sizes = new Map([...session.manifest.values()].map(({ hash, size }) => [hash, size]));
    for (const [hash, content] of files) {
      const size = sizes.get(hash);
      if (size === undefined) throw invalid(`The file '${hash}' is not in the manifest of this session.`);
      if (size !== content.byteLength) {
        throw invalid(`The file '${hash}' has ${content.byteLength} bytes, and ${size} in the manifest.`);
      }
    }
    for (const [hash, content] of files) await this.#files.add(account, hash, content);
    const missing = [...sizes.keys()].some((hash) => !this.#files.has(account, hash));
    return missing ? null : this.#token(id, "completion");
  }

  /** The assets of the version that an upload describes; `latest` are those of the version before it. */
  async ofUpload(
    account: string,
    { assets, keep_assets: keep }: JsonObject,
    latest: VersionAssets | undefined,
  ): Promise<VersionAssets | undefined> {
    const kept = keep === true ? latest : undefined;
    if (assets === undefined || assets === null) return kept;
    const { jwt, config } = isObject(assets) ? assets : {};
    const hashes = typeof jwt === "string" ? await this.#completed(account, jwt) : kept?.hashes;
    // That a config alone is refused is a guess.
    if (hashes === undefined) throw invalid("'assets' has no 'jwt', which an upload session returns.");
    const { texts, routing } = toConfig(config);
    return { hashes, directory: await this.#files.directory(account, hashes, texts), routing };
  }

  close(): Promise<void> {
    return this.#files.close();
  }

  async #completed(account: string, token: string): Promise<AssetHashes> {
    const id = await this.#sessionOf(token, "completion");
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (session?.account !== account) {
      throw invalid(
        "The 'jwt' of 'assets' is no valid completion token of an upload session, or has expired.",
      );
    }
    return new Map([...session.manifest].map(([path, { hash }]) => [path, hash]));
  }

  #token(session: string, use: Use): Promise<string> {
    const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
    return sign({ session, use, exp }, this.#key, ALGORITHM);
  }

  async #sessionOf(token: string, use: Use): Promise<string | undefined> {
    try {
      const claims = await verify(token, this.#key, ALGORITHM);
      return claims["use"] === use ? String(claims["session"]) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Refuses a binding to assets that a version does not have. */
export function checkAssetsBinding(bindings: readonly Binding[], assets: VersionAssets | undefined): void {
  const [first, second] = bindings.filter(({ type }) => type === "assets");
  if (first !== undefined && assets === undefined)
    throw invalid("Cannot use an assets binding without assets");
  if (second !== undefined) {
    throw invalid(`A Worker has one assets binding, and '${second.name}' is another one.`);
  }
}
