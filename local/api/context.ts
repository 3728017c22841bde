import { Hono, type HonoRequest } from "hono";
import type { JsonObject } from "../../kit/json";
import type { AssetUploads } from "./assets";
import type { Resources } from "./resources";
import type { Store } from "./store";
import type { ApiToken } from "./tokens/api-token";
import type { Annotations } from "./worker";

/** Shared by all routes. */
export interface Context {
  readonly store: Store;
  readonly resources: Resources;
  readonly assets: AssetUploads;
  readonly keepSecrets: boolean;
  readonly emptyListKeepsSecrets: boolean;
  readonly subdomain: string;
  /** The clock by which tokens expire. */
  readonly now: () => Date;
  /** The tokens of the requests in progress; those of the session are left out. */
  readonly callers: WeakMap<Request, ApiToken>;
}

/** Routes below `/accounts/{account}/workers`; the account id has been validated. */
export const workerRoutes = () => new Hono<{ Variables: { account: string } }>();

/** The client that made a change, as in Cloudflare's `source` and `last_deployed_from`. */
export function source(request: HonoRequest): string {
  return request.header("user-agent")?.startsWith("wrangler") === true ? "wrangler" : "api";
}

export function annotations(sent: unknown, triggeredBy: string): Annotations {
  const entries = Object.entries((sent ?? {}) as JsonObject);
  const strings = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { ...Object.fromEntries(strings), "workers/triggered_by": triggeredBy };
}
