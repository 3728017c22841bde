import { createHash, randomBytes } from "node:crypto";
import { Hono } from "hono";
import { ApiError } from "./envelope";

const LIFE_MS = 60 * 60 * 1000;

/** Files behind URLs that need no token, because they cannot be guessed, like Cloudflare's presigned ones. */
export class SignedFiles {
  /** By name; undefined until the content is uploaded. */
  readonly #files = new Map<string, Uint8Array | undefined>();

  /** Returns the name of a new file. It exists for an hour. */
  add(content?: Uint8Array): string {
    const name = randomBytes(24).toString("base64url");
    this.#files.set(name, content);
    setTimeout(() => this.#files.delete(name), LIFE_MS).unref();
    return name;
  }

  /** Returns the content and forgets it. */
  take(name: string): Uint8Array | undefined {
    const content = this.#files.get(name);
    this.#files.delete(name);
    return content;
  }

  routes() {
    const missing = (name: string) => {
      if (!this.#files.has(name)) throw new ApiError(404, 7003, "This URL does not exist, or has expired.");
    };
    return new Hono()
      .put("/signed/:name", async (c) => {
        const { name } = c.req.param();
        missing(name);
        const content = new Uint8Array(await c.req.arrayBuffer());
        this.#files.set(name, content);
        return new Response(null, {
          headers: { etag: `"${createHash("md5").update(content).digest("hex")}"` },
        });
      })
      .get("/signed/:name", (c) => {
        const { name } = c.req.param();
        missing(name);
        return new Response(this.#files.get(name) ?? null);
      });
  }
}
