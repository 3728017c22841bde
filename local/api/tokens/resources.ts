import { isObject, type JsonObject } from "../../../kit/json";
import type { Scope } from "./permission-groups";

const ACCOUNT = /^com\.cloudflare\.api\.account\.([0-9a-f]{32}|\*)$/;
const ZONE = /^com\.cloudflare\.api\.account\.zone\.([0-9a-f]{32}|\*)$/;
const SCRIPT = /^com\.cloudflare\.edge\.worker\.script\.([\w-]+|\*)$/;

/** One thing that a policy is about: `*` stands for any. */
export interface Resource {
  readonly scope: Scope;
  /** Of a zone that is not below an account: any. */
  readonly account: string;
  /** The id of the zone, or the tag of the Worker. */
  readonly id: string;
}

/**
 * Reads a policy's `resources`. An account and a zone are keys of their own. What belongs to an account is below it, and a
 * Worker can only be there: Cloudflare refuses its key at the top.
 *
 * @returns what they name, or the key that is not supported
 */
export function readResources(sent: JsonObject): readonly Resource[] | string {
  const found: Resource[] = [];
  for (const [key, value] of Object.entries(sent)) {
    const [, account] = ACCOUNT.exec(key) ?? [];
    const [, zone] = ZONE.exec(key) ?? [];
    if (value === "*" && zone !== undefined) {
      found.push({ scope: "zone", account: "*", id: zone });
    } else if (value === "*" && account !== undefined) {
      found.push({ scope: "account", account, id: "*" });
    } else if (isObject(value) && account !== undefined) {
      for (const [inner, all] of Object.entries(value)) {
        const read = below(account, inner);
        if (read === undefined || all !== "*") return inner;
        found.push(read);
      }
    } else {
      return key;
    }
  }
  return found;
}

function below(account: string, key: string): Resource | undefined {
  const [, tag] = SCRIPT.exec(key) ?? [];
  if (tag !== undefined) return { scope: "script", account, id: tag };
  const [, zone] = ZONE.exec(key) ?? [];
  return zone === undefined ? undefined : { scope: "zone", account, id: zone };
}
