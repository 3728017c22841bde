import { createHash } from "node:crypto";
import type { JsonObject } from "../../../kit/json";

/** What permissions are about. */
export type Product =
  | "workers"
  | "routes"
  | "zones"
  | "zone_settings"
  | "kv"
  | "d1"
  | "r2"
  | "queues"
  | "secrets_store"
  | "tokens"
  | "access"
  | "other";

/** How much a group allows. A higher level includes the lower ones. Products other than Workers have `read` and `write`. */
export const LEVEL = { read: 1, content: 2, write: 3, admin: 4 } as const;
export type Level = (typeof LEVEL)[keyof typeof LEVEL];

const SCOPE = {
  account: "com.cloudflare.api.account",
  zone: "com.cloudflare.api.account.zone",
  script: "com.cloudflare.edge.worker.script",
} as const;
export type Scope = keyof typeof SCOPE;

export interface PermissionGroup {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  readonly product: Product;
  readonly level: Level;
}

/** The roles that all Workers of an account and individual ones have. */
const WORKERS_ROLES = [
  ["Admin", LEVEL.admin],
  ["Editor", LEVEL.write],
  ["Content Read-Only", LEVEL.content],
  ["Metadata Read-Only", LEVEL.read],
] as const;

const READ_AND_WRITE = [
  ["Workers Routes", "zone", "routes"],
  ["Workers KV Storage", "account", "kv"],
  ["D1", "account", "d1"],
  ["Workers R2 Storage", "account", "r2"],
  ["Queues", "account", "queues"],
  ["Secrets Store", "account", "secrets_store"],
  ["Account API Tokens", "account", "tokens"],
  ["Zone", "zone", "zones"],
  ["Zone Settings", "zone", "zone_settings"],
  // A name that Cloudflare has in two scopes.
  ["Access: Apps and Policies", "account", "access"],
  ["Access: Apps and Policies", "zone", "access"],
] as const;

/**
 * Those of Cloudflare's groups that are about what is real here, by their names there. The ids are not Cloudflare's, so
 * that a program that has one of those written down fails here.
 */
export const PERMISSION_GROUPS: readonly PermissionGroup[] = [
  ...WORKERS_ROLES.flatMap(([role, level]) => [
    group(`Workers ${role}`, "account", "workers", level),
    group(`Individual Workers ${role}`, "script", "workers", level),
  ]),
  // Cloudflare calls them legacy.
  group("Workers Scripts Write", "account", "workers", LEVEL.admin),
  group("Workers Scripts Read", "account", "workers", LEVEL.content),
  ...READ_AND_WRITE.flatMap(([name, scope, product]) => [
    group(`${name} Read`, scope, product, LEVEL.read),
    group(`${name} Write`, scope, product, LEVEL.write),
  ]),
];

function group(name: string, scope: Scope, product: Product, level: Level): PermissionGroup {
  const id = createHash("sha256").update(`${scope} ${name}`).digest("hex").slice(0, 32);
  return { id, name, scope, product, level };
}

export function findGroup(id: unknown): PermissionGroup | undefined {
  return PERMISSION_GROUPS.find((one) => one.id === id);
}

export function groupView({ id, name, scope }: PermissionGroup): JsonObject {
  return { id, name, category: "developer_platform", is_selectable: true, scopes: [SCOPE[scope]] };
}
