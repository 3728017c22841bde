import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { closing } from "./envelope";

/** The hash of each file, by its path. */
export type AssetHashes = ReadonlyMap<string, string>;

/** Names in a folder of assets that Miniflare reads instead of serving them. */
const RESERVED = ["/.assetsignore", "/_headers", "/_redirects"];

/** The files of static assets, which the runtime reads from a folder that only this user can open. */
export class AssetFiles {
  readonly #known = new Set<string>();
  #folder: Promise<string> | undefined;
  #directories = 0;
  #closed = false;

  has(account: string, hash: string): boolean {
    return this.#known.has(`${account}-${hash}`);
  }

  async add(account: string, hash: string, content: Uint8Array): Promise<void> {
    await fs.writeFile(await this.#file(account, hash), content);
    this.#known.add(`${account}-${hash}`);
  }

  /** Makes a folder with the files at their paths, and with other texts at its top. */
  async directory(account: string, hashes: AssetHashes, texts: ReadonlyMap<string, string>): Promise<string> {
    const directory = path.join(await this.#root(), String(this.#directories++));
    await fs.mkdir(directory);
    for (const [place, hash] of hashes) {
      if (RESERVED.includes(place)) continue;
      const target = path.join(directory, place);
      await fs.mkdir(path.dirname(target), { recursive: true });
      await fs.link(await this.#file(account, hash), target);
    }
    for (const [name, text] of texts) await fs.writeFile(path.join(directory, name), text);
    return directory;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#folder !== undefined) await fs.rm(await this.#folder, { recursive: true, force: true });
  }

  async #file(account: string, hash: string): Promise<string> {
    return path.join(await this.#root(), `${account}-${hash}`);
  }

  async #root(): Promise<string> {
    if (this.#closed) throw closing();
    return await (this.#folder ??= fs.mkdtemp(path.join(os.tmpdir(), "local-cloudflare-")));
  }
}
