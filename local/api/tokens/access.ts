import type { Context } from "../context";
import { ApiError } from "../envelope";
import { isAllowedAddress } from "./addresses";
import { type ApiToken, statusOf } from "./api-token";
import { accountOf, type Asked, type Need, requirementOf } from "./needs";
import { allows } from "./policies";

/** Reads the token of an Authorization header; undefined if the header has another form. */
export function bearerOf(authorization: string): string | undefined {
  return /^Bearer (\S+)$/.exec(authorization)?.[1];
}

/**
 * Refuses a request whose token may not make it. The codes are Cloudflare's, but the one for an expired token is a guess.
 *
 * @param authorization the header
 * @param address where the request comes from
 * @returns whose token it is; undefined for the session's own, which may do everything
 */
export function authorize(
  { store, resources, now }: Context,
  asked: Asked,
  authorization: string | null,
  address: string,
  sessionToken: string,
): ApiToken | undefined {
  if (authorization === null) {
    throw new ApiError(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
  }
  const value = bearerOf(authorization);
  if (value === undefined)
    throw new ApiError(400, 6003, "Invalid request headers: invalid format for Authorization header");
  if (value === sessionToken) return undefined;
  const found = resources.tokenValues.find(value);
  const token = found && resources.apiTokens.find(found.account, found.id);
  if (token === undefined || !isValid(token, now())) throw new ApiError(403, 9109, "Invalid access token");
  if (!isAllowedAddress(token.condition, address)) {
    throw new ApiError(403, 9109, `Cannot use the access token from location: ${address}`);
  }
  const tagOf = (account: string, worker: string, byTag: boolean) => {
    const found = store.find(account, worker);
    return (found ?? store.list(account).find(({ tag }) => byTag && tag === worker))?.tag;
  };
  const needed = requirementOf(asked, tagOf);
  if (needed === "user") throw forUsersOnly(asked.path);
  // Whatever its policies say: a token that belongs to an account does nothing in another.
  const isOwn = accountOf(asked.path) === found?.account || !asked.path.startsWith("/accounts/");
  if (needed === "own") {
    if (!isOwn) throw new ApiError(401, 1000, "Invalid API Token");
  } else if (!isOwn || !allows(token.policies, needed)) throw refused(needed);
  return token;
}

function isValid(token: ApiToken, now: Date): boolean {
  const begins = token.not_before === undefined || new Date(token.not_before) <= now;
  return begins && statusOf(token, now) === "active";
}

/** How Cloudflare refuses what a token may not do. */
export function refused({ product }: Need): ApiError {
  return ["tokens", "zones"].includes(product)
    ? new ApiError(403, 9109, "Unauthorized to access requested resource")
    : new ApiError(403, 10000, "Authentication error");
}

function forUsersOnly(path: string): ApiError {
  if (path === "/accounts")
    return new ApiError(400, 1001, "List accounts endpoint does not support account owned tokens.");
  return path === "/user/tokens/verify"
    ? new ApiError(401, 1000, "Invalid API Token")
    : new ApiError(403, 9109, "Unauthorized to access requested resource");
}
