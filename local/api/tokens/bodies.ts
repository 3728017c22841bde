import type { Binding } from "../../runtime/code";
import type { Context } from "../context";
import { invalid } from "../envelope";
import { refused } from "./access";
import { LEVEL } from "./permission-groups";
import { allows } from "./policies";

/*
 * What a request needs because of its body. Its path is checked before, and decides everything else: below an account, a body
 * can only name what that account has.
 */

/**
 * Refuses to bind secrets of a Secrets Store to a Worker with a token that may not write them: the one kind of binding that
 * Cloudflare checks (https://github.com/cloudflare/workers-sdk/issues/8964).
 */
export function checkStoreBindings(
  { callers }: Context,
  request: Request,
  account: string,
  bindings: readonly Binding[],
): void {
  const caller = callers.get(request);
  const need = { product: "secrets_store", level: LEVEL.write, account } as const;
  if (caller === undefined || allows(caller.policies, need)) return;
  if (bindings.some(({ type }) => type === "secrets_store_secret")) throw invalid(STORE_REFUSED);
}

const STORE_REFUSED =
  "failed to fetch secrets store binding due to authorization error - check deploy permissions and secret scopes";

/**
 * Refuses to change routes or custom domains with a token that may not change each of their zones
 * (https://developers.cloudflare.com/workers/authorization/workers/#routes-and-custom-domains).
 *
 * @param zones the ids of all zones that would be changed
 */
export function checkZones({ callers }: Context, request: Request, zones: Iterable<string>): void {
  const caller = callers.get(request);
  if (caller === undefined) return;
  for (const zone of zones) {
    const need = { product: "routes", level: LEVEL.write, zone } as const;
    if (!allows(caller.policies, need)) throw refused(need);
  }
}
