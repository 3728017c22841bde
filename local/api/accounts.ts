import { Hono } from "hono";
import type { JsonObject } from "../../kit/json";
import { page, success } from "./envelope";

const NAME = "Local";

/** The token's owner and accounts. An account exists from the first request on that names it. */
export function accountRoutes(accounts: ReadonlySet<string>) {
  const list = (view: (account: JsonObject, id: string) => JsonObject) => {
    const items = [...accounts].map((id) => view({ id, name: NAME, type: "standard" }, id));
    return success(items, page(items));
  };
  // Only the fields that Wrangler and the provider read.
  return new Hono()
    .get("/user/tokens/verify", () => success({ id: "0".repeat(32), status: "active" }))
    .get("/user", () => success({ id: "0".repeat(32), email: "local@localhost" }))
    .get("/accounts", () => list((account) => account))
    .get("/memberships", () => list((account, id) => ({ id, account, status: "accepted", roles: [] })));
}
