import { LEVEL, type Level, type Product } from "./permission-groups";

/** What a request needs. */
export interface Need {
  readonly product: Product;
  readonly level: Level;
  readonly account?: string;
  readonly zone?: string;
  /** The tag of the Worker that it is about; undefined if it is about all Workers, or one that does not exist. */
  readonly script?: string | undefined;
}

/** `own`: any token of the account may make it. `user`: no token that belongs to an account may. */
export type Requirement = Need | "own" | "user";

/** A request by what decides whether it is allowed. */
export interface Asked {
  readonly method: string;
  /** Below the API's base path, decoded as the routes decode it. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Finds the tag of a Worker by its name, or also by its tag: an upload to a tag would make a Worker of that name. */
export type TagOf = (account: string, worker: string, byTag: boolean) => string | undefined;

const PRODUCTS: readonly (readonly [path: RegExp, product: Product])[] = [
  [/^storage\/kv\b/, "kv"],
  [/^d1\b/, "d1"],
  [/^r2\b/, "r2"],
  [/^queues\b/, "queues"],
  [/^secrets_store\b/, "secrets_store"],
  [/^tokens\b/, "tokens"],
  // Its documentation accepts Workers Scripts Read and Write.
  [/^workflows\b/, "workers"],
];

/**
 * What a request needs, by Cloudflare's roles (https://developers.cloudflare.com/workers/authorization/workers/). Which
 * role each endpoint needs is documented for Wrangler's commands only; the rest follows the roles' descriptions. What the body
 * needs besides is in `bodies.ts`.
 */
export function requirementOf(asked: Asked, tagOf: TagOf): Requirement {
  const [, kind, id = "", rest = ""] = /^\/(accounts|zones)\/([^/]+)\/?(.*)$/.exec(asked.path) ?? [];
  const level = isRead(asked) ? LEVEL.read : LEVEL.write;
  if (kind === "zones") return { product: rest === "" ? "zones" : "routes", level, zone: id };
  if (asked.path === "/zones") return { product: "zones", level, zone: "*" };
  if (kind === undefined) return "user";
  if (rest === "tokens/verify") return "own";
  if (rest.startsWith("workers/")) return workersNeed(asked, id, rest.slice("workers/".length), tagOf);
  const product = PRODUCTS.find(([path]) => path.test(rest))?.[1] ?? "other";
  return { product, level, account: id };
}

/** The account that a path is below; undefined if it is below none. */
export function accountOf(path: string): string | undefined {
  return /^\/accounts\/([^/]+)/.exec(path)?.[1];
}

function workersNeed(asked: Asked, account: string, rest: string, tagOf: TagOf): Need {
  const workers = { product: "workers", account } as const;
  const [, kind, name, part = ""] = /^(scripts|services|workers)\/([^/]+)\/?(.*)$/.exec(rest) ?? [];
  if (name === undefined) {
    const level = isRead(asked) ? LEVEL.read : rest === "workers" ? LEVEL.admin : LEVEL.write;
    return { ...workers, level };
  }
  // Cloudflare has no custom domains with a role for individual Workers.
  const script = part.startsWith("domains/") ? undefined : tagOf(account, name, kind !== "scripts");
  if (isRead(asked)) {
    const isCode = (rest.startsWith("scripts/") && part === "") || part.startsWith("content");
    const level = isCode || asked.query.get("include") === "modules" ? LEVEL.content : LEVEL.read;
    return { ...workers, script, level };
  }
  // By the documentation, also where it is the live tail: what Workers print, and the requests that they get.
  if (part.startsWith("tails")) return { ...workers, script, level: LEVEL.read };
  const isWhole = part === "" && asked.method === "DELETE";
  // What changes a Worker that does not exist creates it.
  const isNew = script === undefined && !part.startsWith("domains/");
  return { ...workers, script, level: isWhole || isNew ? LEVEL.admin : LEVEL.write };
}

function isRead({ method }: Asked): boolean {
  return method === "GET" || method === "HEAD";
}
